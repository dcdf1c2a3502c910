"""Settings: read once from the environment, passed on as one frozen object."""

from __future__ import annotations

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

EXAMPLE_SITE = Path(__file__).parent / "example_site"


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
    timezone: str = "Asia/Shanghai"
    airflow_port: int = 8080
    airflow_database_url: str | None = None

    def model_post_init(self, _context: object) -> None:
        """Make the home folder absolute, so that a later change of directory moves nothing."""
        object.__setattr__(self, "home", self.home.absolute())

    @property
    def city(self) -> Path:
        """Folder a simulated city is written to by default."""
        return self.home / "city"

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
