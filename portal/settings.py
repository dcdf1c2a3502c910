"""Settings of the portal, read once from the environment and passed on as one frozen object."""

from __future__ import annotations

import base64
import ipaddress
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from fundwatch.errors import SettingInvalid
from fundwatch.host import exclusive_folder, write_private
from fundwatch.settings import port_number, require_escaped, values_of_environment, whole_number

PREFIX = "FUNDWATCH_PORTAL_"
_LEAST_SMALL_CELLS = 5
_LAST_PORT = 65535
_SECRET_BYTES = 32
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True)
class PortalSettings:
    """All settings of the portal; every field is listed in ``.env.example`` as ``FUNDWATCH_PORTAL_…``.

    The three database URLs are those of the login roles of reading, acts and sign-in. ``url`` is the address
    people use: Host and Origin are checked against it.
    """

    host: str = "127.0.0.1"
    port: int = 8081
    metrics_port: int = 8082
    workers: int = 2
    url: str = ""
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    trusted_proxies: tuple[_Network, ...] = ()
    database_url: str | None = field(default=None, repr=False)
    acts_database_url: str | None = field(default=None, repr=False)
    signin_database_url: str | None = field(default=None, repr=False)
    idle_minutes: int = 30
    session_hours: int = 12
    reveals_per_hour: int = 2000
    requests_per_second: int = 20
    open: bool = False
    small_cells: int = 10
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        """Refuse settings that do not go together; fill in the address people use.

        Raises: SettingInvalid.
        """
        if not self.url:
            object.__setattr__(self, "url", f"http://127.0.0.1:{self.port}")
        if bool(self.tls_certificate) != bool(self.tls_key):
            raise _wrong("TLS_CERTIFICATE and FUNDWATCH_PORTAL_TLS_KEY go together", "Set both, or none")
        if not is_loopback(self.host) and not (self.tls_certificate or self.trusted_proxies):
            raise _wrong(
                "HOST is not of this machine alone, and neither a certificate nor a trusted proxy is set",
                "Set FUNDWATCH_PORTAL_TLS_CERTIFICATE and _TLS_KEY, or FUNDWATCH_PORTAL_TRUSTED_PROXIES",
            )
        oidc = (self.oidc_issuer, self.oidc_client_id, self.oidc_client_secret)
        if any(oidc) and not all(oidc):
            raise _wrong(
                "OIDC_ISSUER, _OIDC_CLIENT_ID and _OIDC_CLIENT_SECRET go together", "Set all, or none"
            )
        for name in ("database_url", "acts_database_url", "signin_database_url"):
            require_escaped(getattr(self, name), what=PREFIX + name.upper(), error=SettingInvalid)

    @classmethod
    def read(cls) -> Self:
        """Read the settings from the environment; an empty variable counts as unset.

        Each may stand in a file instead, named by the variable with ``_FILE`` behind it: a mounted secret.
        Raises: SettingInvalid naming the first that is wrong.
        """
        names = [setting.name for setting in fields(cls)]
        return cls(**values_of_environment(names, prefix=PREFIX, parsers=_PARSERS))

    @cached_property
    def authority(self) -> str:
        """Return what the header ``Host`` must be, in lower case."""
        return urlsplit(self.url).netloc.lower()

    @cached_property
    def origin(self) -> str:
        """Return the origin of our own pages, as browsers write it."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}".lower()

    @property
    def is_encrypted(self) -> bool:
        """Whether people reach the portal over TLS: our own, or a proxy's."""
        return self.url.startswith("https://")


def signing_key(home: Path) -> bytes:
    """Return the key that cursors and forms are signed with, made once in a file only its owner reads.

    Its folder has a lock of its own: ``up`` holds the lock above it until the workers, which ask for the key,
    serve.
    Raises: FolderUnusable.
    """
    file = home / "portal" / "keys" / "signing.secret"
    with exclusive_folder(file.parent, mode=0o700):
        if not file.exists():
            write_private(file, base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode())
        return base64.b64decode(file.read_text())


def is_loopback(host: str) -> bool:
    """Return whether an address to listen on is reached from this machine alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _wrong(what: str, next_step: str) -> SettingInvalid:
    return SettingInvalid(f"the setting {PREFIX}{what}", next_step=next_step)


def _url(text: str) -> str:
    parts = urlsplit(text)
    is_place = parts.scheme in ("http", "https") and parts.hostname and parts.path in ("", "/")
    if not is_place or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError(text)
    return f"{parts.scheme}://{parts.netloc}"


def _networks(text: str) -> tuple[_Network, ...]:
    return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())


def _boolean(text: str) -> bool:
    if text.lower() not in ("1", "true", "on", "0", "false", "off"):
        raise ValueError(text)
    return text.lower() in ("1", "true", "on")


def _issuer(text: str) -> str:
    """Return the address of an identity provider: over TLS, or on this machine."""
    parts = urlsplit(text)
    if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
        raise ValueError(text)
    return text


_PARSERS: dict[str, Callable[[str], Any]] = {
    "port": port_number,
    "metrics_port": lambda text: whole_number(text, 0, _LAST_PORT),
    "workers": lambda text: whole_number(text, 1, 64),
    "url": _url,
    "tls_certificate": Path,
    "tls_key": Path,
    "trusted_proxies": _networks,
    "idle_minutes": lambda text: whole_number(text, 1, 24 * 60),
    "session_hours": lambda text: whole_number(text, 1, 24 * 7),
    "reveals_per_hour": lambda text: whole_number(text, 0),
    "requests_per_second": lambda text: whole_number(text, 1),
    "open": _boolean,
    "small_cells": lambda text: whole_number(text, _LEAST_SMALL_CELLS),
    "oidc_issuer": _issuer,
}
