"""Migrations of the schemas that are not dbt's: ops, site, landing, quarantine, quality."""

from __future__ import annotations

from pathlib import Path

import psycopg

from fundwatch.queries import one_row

FOLDER = Path(__file__).parent
VERSION_TABLE = "schema_version"


def head() -> str:
    """Return the newest revision: versions are files named ``NNNN_<what>.py``, the name is the revision."""
    return max(path.stem for path in (FOLDER / "versions").glob("[0-9]*.py"))


def is_current(connection: psycopg.Connection) -> bool:
    """Return whether the warehouse is at the newest revision."""
    (table,) = one_row(connection.execute("select to_regclass(%s)", (f"ops.{VERSION_TABLE}",)))
    if table is None:
        return False
    row = connection.execute(f"select version_num from ops.{VERSION_TABLE}").fetchone()
    return row is not None and row[0] == head()


def upgrade(url: str, connection: psycopg.Connection) -> None:
    """Bring the warehouse to the newest revision, each revision in a transaction of its own.

    The caller holds the migration lock on ``connection``. Again: nothing to do.
    """
    from alembic import command
    from alembic.config import Config
    from sqlalchemy.engine import make_url

    connection.execute("create schema if not exists ops")
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["url"] = make_url(url).set(drivername="postgresql+psycopg")
    command.upgrade(config, "head")
