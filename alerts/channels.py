"""The channels the settings configure: where mail goes and how, which webhook is called."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from fundwatch.errors import SettingInvalid
from fundwatch.settings import Settings

_ADDRESS = re.compile(r"[^\s<>,;:\"()\[\]\\@]+@[^\s<>,;:\"()\[\]\\@]+", re.ASCII)
_STARTTLS = ("if-offered", "required", "never")


@dataclass(frozen=True)
class MailServer:
    """A mail server and who writes to whom; ``starttls`` is ``if-offered``, ``required`` or ``never``."""

    host: str
    port: int
    is_tls: bool
    starttls: str
    user: str
    password: str = field(repr=False)
    sender: str
    recipients: tuple[str, ...]


@dataclass(frozen=True)
class Webhook:
    """Where digests are posted, and the secret they are signed with."""

    host: str
    port: int
    is_tls: bool
    target: str = field(repr=False)
    secret: str = field(repr=False)


def mail_server(settings: Settings) -> MailServer | None:
    """Return the mail server, None when none is configured.

    Raises: SettingInvalid.
    """
    if not settings.alert_smtp_url:
        return None
    url, port = _split("FUNDWATCH_ALERT_SMTP_URL", settings.alert_smtp_url, {"smtp": 25, "smtps": 465})
    starttls = parse_qs(url.query).get("starttls", ["if-offered"])[-1]
    if starttls not in _STARTTLS:
        raise _invalid("FUNDWATCH_ALERT_SMTP_URL", f"starttls is one of {', '.join(_STARTTLS)}")
    sender = _addresses("FUNDWATCH_ALERT_MAIL_FROM", settings.alert_mail_from)
    return MailServer(
        host=url.hostname or "",
        port=port,
        is_tls=url.scheme == "smtps",
        starttls=starttls,
        user=unquote(url.username or ""),
        password=unquote(url.password or ""),
        sender=sender[0],
        recipients=_addresses("FUNDWATCH_ALERT_MAIL_TO", settings.alert_mail_to),
    )


def webhook(settings: Settings) -> Webhook | None:
    """Return the webhook, None when none is configured.

    Raises: SettingInvalid.
    """
    if not settings.alert_webhook_url:
        return None
    url, port = _split("FUNDWATCH_ALERT_WEBHOOK_URL", settings.alert_webhook_url, {"http": 80, "https": 443})
    if url.username or url.password:
        raise _invalid("FUNDWATCH_ALERT_WEBHOOK_URL", "it must hold no password; digests are signed")
    if not settings.alert_webhook_secret:
        raise _invalid("FUNDWATCH_ALERT_WEBHOOK_SECRET", "a webhook needs a secret to sign with")
    return Webhook(
        host=url.hostname or "",
        port=port,
        is_tls=url.scheme == "https",
        target=(url.path or "/") + (f"?{url.query}" if url.query else ""),
        secret=settings.alert_webhook_secret,
    )


def _split(name: str, text: str, ports: dict[str, int]) -> tuple[SplitResult, int]:
    try:
        url = urlsplit(text.strip())
        port = url.port or ports[url.scheme]
    except (ValueError, KeyError):
        raise _invalid(name, f"write it as {next(iter(ports))}://host:port") from None
    if not url.hostname or not text.isascii() or re.search(r"[\s\x00-\x1f\x7f]", text.strip()):
        raise _invalid(name, f"write it as {next(iter(ports))}://host:port")
    return url, port


def _addresses(name: str, text: str | None) -> tuple[str, ...]:
    addresses = tuple(part.strip() for part in (text or "").split(",") if part.strip())
    if not addresses or not all(_ADDRESS.fullmatch(address) for address in addresses):
        raise _invalid(name, "write addresses as name@host, separated by commas")
    return addresses


def _invalid(name: str, why: str) -> SettingInvalid:
    return SettingInvalid(f"the setting {name} cannot be used: {why}", next_step="See .env.example")
