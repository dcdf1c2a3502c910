"""The shell's variables of libpq and dbt: whatever they say, every command answers as without them."""

from __future__ import annotations

import os
from dataclasses import replace

import psycopg
import pytest
from dbt.cli.params import KNOWN_ENV_VARS
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from fundwatch.database.warehouse import Warehouse, open_warehouse
from fundwatch.environment import ignore_foreign_variables
from fundwatch.settings import Settings
from pipeline import dbt_runner
from tests.integration.ingestion.support import voucher, vouchers, write_file, write_site
from tests.support import Databases, run_program

LIBPQ = {default.envvar.decode() for default in psycopg.pq.Conninfo.get_defaults() if default.envvar}
# What libpq reads without listing it, and what drivers read themselves.
FOREIGN = sorted({*LIBPQ, "PGDATESTYLE", "PGGEQO", "PGLOCALEDIR", "PGSERVICEFILE", "PGSYSCONFDIR", "PGTZ"})
OF_DBT = sorted({name for known in KNOWN_ENV_VARS for name in (known.name, known.old_name) if name})
HARMFUL = {
    "PGCLIENTENCODING": "GBK",
    "DBT_TARGET": "prod",
    "DBT_ENGINE_TARGET": "prod",
    "DBT_FULL_REFRESH": "1",
}
NONSENSE = dict.fromkeys((*FOREIGN, *OF_DBT), "nonsense") | HARMFUL
NAME = "汉字公司"


@pytest.fixture(scope="module")
def connected(databases: Databases, migrated: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of one warehouse for all variables: connecting changes nothing in it."""
    home = tmp_path_factory.mktemp("connected")
    return Settings(home=home, database_url=databases.create(template=migrated))


@pytest.mark.parametrize("name", FOREIGN)
def test_connection_is_made_as_without_a_variable_of_libpq(
    connected: Settings, monkeypatch, name: str
) -> None:
    source = make_url(connected.database_url).set(drivername="postgresql+psycopg2")
    for value in ("nonsense", "GBK"):
        monkeypatch.setenv(name, value)
        ignore_foreign_variables()
        with open_warehouse(connected).connect() as connection, create_engine(source).connect() as production:
            assert connection.execute("select '城市'").fetchall() == [("城市",)]
            assert production.execute(text("select '城市'")).scalar() == "城市"


def test_no_variable_of_libpq_or_dbt_is_left(monkeypatch) -> None:
    assert {"PGCLIENTENCODING", "PGSERVICE", "DBT_TARGET", "DBT_ENGINE_TARGET", "DBT_FULL_REFRESH"} <= set(
        NONSENSE
    )
    for name, value in NONSENSE.items():
        monkeypatch.setenv(name, value)
    ignore_foreign_variables()
    assert set(NONSENSE) & set(os.environ) == set()


def test_url_keeps_what_it_says_itself(settings: Settings) -> None:
    url = f"{settings.database_url}?options=-c%20statement_timeout%3D12345"
    stated = Settings(home=settings.home, database_url=url)
    with open_warehouse(stated).connect() as connection:
        assert connection.execute("show statement_timeout").fetchall() == [("12345ms",)]


def test_text_lands_as_written_whatever_encoding_the_url_or_the_shell_states(settings: Settings) -> None:
    url = make_url(settings.database_url).update_query_dict({"client_encoding": "GBK"})
    stated = Settings(home=settings.home, database_url=url.render_as_string(hide_password=False))
    write_site(stated)
    write_file(stated, "tax", "vouchers.csv", **vouchers(voucher(taxpayer_name=NAME)))
    done = run_program("ingest", "--month", "2024-06", "--feed", "tax", settings=stated, env=NONSENSE)
    assert (done.returncode, done.stderr) == (0, b"")
    with open_warehouse(settings).connect() as connection:
        names = connection.execute("select taxpayer_name from landing.tax__voucher").fetchall()
    assert names == [(NAME,)]


def test_dbt_runs_as_without_its_variables(warehouse: Warehouse, settings: Settings, monkeypatch) -> None:
    for name, value in NONSENSE.items():
        monkeypatch.setenv(name, value)
    ignore_foreign_variables()
    variables = "{month: '2024-03', as_of: '2024-03-31', site_version: ''}"
    arguments = ["list", "--select", "config.schema:reports", "--vars", variables]
    assert dbt_runner.run(warehouse, settings, schema="reports", arguments=arguments).success


def test_dbt_connects_by_the_tls_the_url_asks_for(warehouse: Warehouse, settings: Settings) -> None:
    asking = replace(warehouse, url=f"{warehouse.url}?sslmode=disable&sslrootcert=/tmp/root.crt")
    variables = "{month: '2024-03', as_of: '2024-03-31', site_version: ''}"
    arguments = ["list", "--select", "config.schema:reports", "--vars", variables]
    assert dbt_runner.run(asking, settings, schema="reports", arguments=arguments).success
    asked = {name: os.environ[f"FUNDWATCH_DBT_{name}"] for name in ("SSLMODE", "SSLROOTCERT", "SSLCERT")}
    assert asked == {"SSLMODE": "disable", "SSLROOTCERT": "/tmp/root.crt", "SSLCERT": ""}  # noqa: S108
