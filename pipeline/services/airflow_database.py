"""The database Airflow keeps its own records in: apart from the warehouse, never inside it."""

from __future__ import annotations

import json
import subprocess
from importlib.metadata import version

import psycopg
from sqlalchemy.engine import make_url

from fundwatch.database.embedded import AIRFLOW, EmbeddedPostgres
from fundwatch.database.warehouse import open_warehouse
from fundwatch.errors import ServiceFailed, WarehouseUnavailable
from fundwatch.host import read_note, write_private
from fundwatch.settings import Settings
from pipeline.services.configuration import AirflowHome, program

_MIGRATE_SECONDS = 300


def start(settings: Settings) -> str:
    """Start and migrate the warehouse's server, and return the URL of Airflow's database on it.

    With ``FUNDWATCH_DATABASE_URL`` that is the database ``airflow`` of the same server, unless
    ``FUNDWATCH_AIRFLOW_DATABASE_URL`` names another one.
    Raises: WarehouseUnavailable, DatabaseUrlInvalid, ServiceFailed.
    """
    warehouse = open_warehouse(settings)
    if settings.airflow_database_url:
        url = settings.airflow_database_url
    else:
        url = warehouse.parts.set(database=AIRFLOW).render_as_string(hide_password=False)
    url = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    _revision(url)
    return url


def stop(settings: Settings) -> bool:
    """Stop the embedded server; a configured server is not ours to stop. Return whether it was running."""
    return not settings.database_url and EmbeddedPostgres(settings.home / "postgres").stop()


def migrate(home: AirflowHome, url: str, *, environment: dict[str, str]) -> bool:
    """Bring Airflow's tables to the installed version; return whether anything had to be done.

    Airflow's own check costs seconds, so the revision it left is noted and compared first.
    Raises: ServiceFailed.
    """
    note = home.folder / "migrated.json"
    wanted = {"airflow": version("apache-airflow-core"), "revision": _revision(url)}
    if wanted["revision"] and read_note(note) == wanted:
        return False
    log = home.log_of("migrate")
    with log.open("ab") as output:
        done = subprocess.run(
            [program(), "db", "migrate"],
            env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            check=False, timeout=_MIGRATE_SECONDS,
        )  # fmt: skip
    if done.returncode:
        raise ServiceFailed(
            f"Airflow's database could not be migrated (exit {done.returncode})",
            state="The warehouse is unchanged",
            next_step=f"Read {log}",
        )
    write_private(note, json.dumps(wanted | {"revision": _revision(url)}))
    return True


def _revision(url: str) -> str | None:
    """Return the revision of Airflow's tables, None when there are none yet."""
    try:
        with psycopg.connect(url, connect_timeout=10, application_name="fundwatch") as connection:
            tables = connection.execute("select to_regclass('alembic_version') is not null").fetchall()
            if tables != [(True,)]:
                return None
            revision = connection.execute("select version_num from alembic_version").fetchone()
            return str(revision[0]) if revision else None
    except psycopg.OperationalError:
        where = make_url(url).set(password=None, query={}).render_as_string()
        raise WarehouseUnavailable(
            f"Airflow's database at {where} cannot be reached",
            next_step="Create the database, or set FUNDWATCH_AIRFLOW_DATABASE_URL",
        ) from None
