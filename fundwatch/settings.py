"""Settings: read once from the environment, passed on as one frozen object."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fundwatch.errors import DatabaseUrlInvalid, FundwatchError, ProductionUnavailable, SettingInvalid

EXAMPLE_SITE = Path(__file__).parent / "example_site"
TIMEZONE = "Asia/Shanghai"
LINKAGE_ENGINES = ("duckdb", "spark")
_PREFIX = "FUNDWATCH_"
_LAST_PORT = 65535
# What a URL with a password that is not escaped ends in: nothing of it may be shown, not even its end.
_URLS: dict[str, type[FundwatchError]] = {
    "database_url": DatabaseUrlInvalid,
    "production_url": ProductionUnavailable,
    "airflow_database_url": SettingInvalid,
}
_QUERY = re.compile(r"\?[\w.%-]+=[^?]*$")


@dataclass(frozen=True)
class Settings:
    """All settings of Fundwatch; every field is listed in ``.env.example``.

    Relative folders are resolved against the working directory when the object is made.
    """

    home: Path = Path(".fundwatch")
    database_url: str | None = field(default=None, repr=False)
    production_url: str | None = field(default=None, repr=False)
    site: Path | None = None
    inbox: Path | None = None
    max_file_bytes: int = 16 * 2**30
    timezone: str = TIMEZONE
    linkage_engine: str = LINKAGE_ENGINES[0]
    airflow_port: int = 8080
    airflow_database_url: str | None = field(default=None, repr=False)
    airflow_url: str | None = None
    airflow_user: str = "admin"
    airflow_password: str | None = field(default=None, repr=False)
    alert_smtp_url: str | None = field(default=None, repr=False)
    alert_mail_from: str | None = None
    alert_mail_to: str | None = None
    alert_webhook_url: str | None = field(default=None, repr=False)
    alert_webhook_secret: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        """Make the home folder absolute, so that a later change of directory does not affect it.

        Raises: DatabaseUrlInvalid, ProductionUnavailable, SettingInvalid (a bare @ in the password of a URL).
        """
        object.__setattr__(self, "home", self.home.absolute())
        for name, error in _URLS.items():
            require_escaped(getattr(self, name), what=f"{_PREFIX}{name.upper()}", error=error)

    @classmethod
    def read(cls) -> Self:
        """Read the settings from the environment; an empty variable counts as unset.

        Each may stand in a file instead, named by the variable with ``_FILE`` behind it: a mounted secret.
        Raises: SettingInvalid naming the first that is wrong.
        """
        names = [setting.name for setting in fields(cls)]
        return cls(**values_of_environment(names, prefix=_PREFIX, parsers=_PARSERS))

    @property
    def city(self) -> Path:
        """Folder a simulated city is written to by default."""
        return self.home / "city"

    @property
    def vault_folder(self) -> Path:
        """Folder of the vault: the bytes of every file that arrived."""
        return self.home / "vault"

    @property
    def inbox_folder(self) -> Path:
        """Folder where files arrive, one folder per feed."""
        return (self.inbox or self.city / "inbox").absolute()

    @property
    def site_folder(self) -> Path:
        """Folder of the site's parameters: the configured one, the city's, else the example site."""
        if self.site is not None:
            return self.site.absolute()
        simulated = self.city / "site"
        return simulated if simulated.is_dir() else EXAMPLE_SITE

    def production_url_for(self, month: str) -> str:
        """Return the SQLAlchemy URL of the production database as it is read for ``month``."""
        template = self.production_url or f"sqlite:///{self.city}/production-{{month}}.db"
        return template.replace("{month}", month)


def require_escaped(url: str | None, *, what: str, error: type[FundwatchError]) -> None:
    """Refuse a database URL whose user name or password holds a bare ``@``; ``what`` names the setting.

    Libraries would take what follows it for the host, and show it.
    Raises: ``error``.
    """
    place = _QUERY.sub("", (url or "").partition("://")[2])
    if place.count("@") > 1 and not place.startswith("/"):
        raise error(
            f"{what} holds more than one @", next_step="Write an @ of the user name or password as %40"
        )


def values_of_environment(
    names: Iterable[str], *, prefix: str, parsers: Mapping[str, Callable[[str], Any]]
) -> dict[str, Any]:
    """Return the settings that are set, parsed: the variable is the prefix and the name in capitals.

    An empty variable counts as unset; ``<variable>_FILE`` may name a file that holds the value instead.
    Raises: SettingInvalid naming the first that is wrong.
    """
    values: dict[str, Any] = {}
    for name in names:
        text = _text_of(prefix + name.upper())
        if not text:
            continue
        try:
            values[name] = parsers.get(name, str)(text)
        except ValueError:
            raise SettingInvalid(
                f"the setting {prefix}{name.upper()} has a value that cannot be used",
                next_step="See .env.example for what it means",
            ) from None
    return values


def _text_of(variable: str) -> str:
    """Return the value of a variable, or the content of the file that ``<variable>_FILE`` names."""
    text, path = os.environ.get(variable, ""), os.environ.get(f"{variable}_FILE", "")
    if not path:
        return text
    if text:
        raise SettingInvalid(
            f"both {variable} and {variable}_FILE are set", next_step="Leave one of them empty"
        )
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingInvalid(
            f"the file named by {variable}_FILE cannot be read ({type(error).__name__})",
            next_step="Check its path, and that the user of Fundwatch may read it",
        ) from None


def _timezone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, OSError) as error:
        raise ValueError(text) from error
    return text


def _linkage_engine(text: str) -> str:
    if text not in LINKAGE_ENGINES:
        raise ValueError(text)
    return text


def _bytes(text: str) -> int:
    return whole_number(text, 1)


def port_number(text: str) -> int:
    """Return the number of a port.

    Raises: ValueError.
    """
    return whole_number(text, 1, _LAST_PORT)


def whole_number(text: str, least: int, most: int | None = None) -> int:
    """Return a whole number within its limits.

    Raises: ValueError.
    """
    number = int(text)
    if number < least or (most is not None and number > most):
        raise ValueError(text)
    return number


_PARSERS: dict[str, Callable[[str], Any]] = {
    "home": Path,
    "site": Path,
    "inbox": Path,
    "max_file_bytes": _bytes,
    "timezone": _timezone,
    "linkage_engine": _linkage_engine,
    "airflow_port": port_number,
}
