"""The simulated production database on PostgreSQL is the one in SQLite."""

from __future__ import annotations

import sqlite3

import psycopg
import pytest

from fundwatch.errors import ProductionUnavailable
from simulator import simulate
from simulator.production import tables
from tests.support import Databases

MONTHS = ("2024-03", "2024-04")


def test_simulate_writes_the_last_month_to_postgresql_instead_of_sqlite_when_given_a_url(
    databases: Databases, tmp_path
):
    url = databases.create()
    for _ in range(2):
        simulate(out=tmp_path, months=MONTHS, persons=200, seed=5, production_url=_driver(url))
    assert not (tmp_path / "production.db").exists()
    with sqlite3.connect(tmp_path / "production-2024-04.db") as local, psycopg.connect(_plain(url)) as remote:
        for table in tables.NAMES:
            columns = ", ".join(tables.columns_of(table))
            ours = local.execute(f"select {columns} from {table} order by rowid").fetchall()
            theirs = remote.execute(f"select {columns} from {table}").fetchall()
            assert sorted(map(_text, ours)) == sorted(map(_text, theirs))
            assert ours


def test_simulate_replaces_no_rows_that_no_simulation_wrote(databases: Databases, tmp_path):
    url = databases.create()
    with psycopg.connect(url) as connection:
        connection.execute("create table ac01 as select 'P1' as aac001")
    with pytest.raises(ProductionUnavailable, match="rows in ac01"):
        simulate(out=tmp_path, months=MONTHS[:1], persons=100, seed=5, production_url=_driver(url))
    with psycopg.connect(url) as connection:
        assert connection.execute("select aac001 from ac01").fetchall() == [("P1",)]


def _text(row: tuple) -> tuple[str, ...]:
    return tuple("" if value is None else _number(value) for value in row)


def _number(value: object) -> str:
    return value if isinstance(value, str) else f"{value:.2f}"


def _driver(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://")


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")
