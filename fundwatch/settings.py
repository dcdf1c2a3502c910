"""Settings: read once from the environment, passed on as one frozen object."""

from __future__ import annotations

from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from fundwatch.errors import SettingInvalid

EXAMPLE_SITE = Path(__file__).parent / "example_site"
TIMEZONE = "Asia/Shanghai"


class Settings(BaseSettings):
    """All settings of Fundwatch; every field is listed in ``.env.example``.

    Relative folders are resolved against the working directory when the object is made.
    """

    model_config = SettingsConfigDict(env_prefix="FUNDWATCH_", frozen=True, env_ignore_empty=True)

    home: Path = Path(".fundwatch")
    database_url: str | None = None
    production_url: str | None = None
    site: Path | None = None
    inbox: Path | None = None
    max_file_bytes: int = Field(default=16 * 2**30, ge=1)
    timezone: str = TIMEZONE
    airflow_port: int = Field(default=8080, ge=1, le=65535)
    airflow_database_url: str | None = None
    alert_smtp_url: str | None = Field(default=None, repr=False)
    alert_mail_from: str | None = None
    alert_mail_to: str | None = None
    alert_webhook_url: str | None = Field(default=None, repr=False)
    alert_webhook_secret: str | None = Field(default=None, repr=False)

    @classmethod
    def read(cls) -> Self:
        """Read the settings from the environment; raise SettingInvalid naming the first that is wrong."""
        try:
            return cls()
        except ValidationError as error:
            name = f"FUNDWATCH_{str(error.errors()[0]['loc'][0]).upper()}"
            raise SettingInvalid(
                f"the setting {name} has a value that cannot be used",
                next_step="See .env.example for what it means",
            ) from None

    @field_validator("timezone")
    @classmethod
    def _is_known(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(name) from None
        return name

    def model_post_init(self, _context: object) -> None:
        """Make the home folder absolute, so that a later change of directory moves nothing."""
        object.__setattr__(self, "home", self.home.absolute())

    @property
    def city(self) -> Path:
        """Folder a simulated city is written to by default."""
        return self.home / "city"

    @property
    def vault_folder(self) -> Path:
        """Folder where what arrived is kept."""
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
