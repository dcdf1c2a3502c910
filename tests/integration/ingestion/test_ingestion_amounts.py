"""Money counts alike whatever numeric type a vendor keeps it in."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from expectations.sql import amount, is_rounded, landed
from fundwatch.catalogue import TABLES
from fundwatch.settings import Settings
from ingestion import land
from tests.integration.ingestion.support import rows_of, write_site

MONTH = "2024-05"
# As a vendor's program computes them: sums and products of floating numbers, with their noise.
WRITTEN = (3000.5, 829.92 * 1.1, 0.1 + 0.2, -1244.88, 12345678.9, 0.0)
CENTS = ("3000.50", "912.91", "0.30", "-1244.88", "12345678.90", "0.00")
OF_SQLITE = ("", "text", "real", "numeric(16,4)")
OF_POSTGRESQL = ("text", "numeric", "numeric(16,4)", "numeric(16,2)", "double precision", "money")


def amounts(settings: Settings, warehouse) -> list[Decimal]:
    """The landed balances of AC50, each by its value."""
    land(warehouse, settings, month=MONTH, feeds=["production"])
    value = landed(TABLES["AC50"]["AAE240"])
    query = f"select {amount('aae240')} from (select {value} as aae240, _row from landing.production__ac50)"
    return [size for (size,) in rows_of(warehouse, f"{query} as cells order by _row")]


@pytest.fixture
def site(settings: Settings) -> None:
    write_site(settings)


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("declared", OF_SQLITE)
def test_amount_counts_by_its_value_when_sqlite_keeps_it(warehouse, settings, tmp_path: Path, declared: str):
    with sqlite3.connect(tmp_path / "vendor.db") as vendor:
        vendor.execute(f"create table AC50 (AAC001 text, AAE140 text, AAE240 {declared})")
        rows = [(f"p{place}", "110", value) for place, value in enumerate(WRITTEN)]
        vendor.executemany("insert into AC50 values (?, ?, ?)", rows)
    vendor.close()
    live = replace(settings, production_url=f"sqlite:///{tmp_path}/vendor.db")
    assert amounts(live, warehouse) == list(map(Decimal, CENTS))


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("is_mixed", [False, True], ids=["alone", "beside a floating column"])
@pytest.mark.parametrize("declared", OF_POSTGRESQL)
def test_amount_counts_by_its_value_when_postgresql_keeps_it(
    warehouse, settings, databases, declared: str, is_mixed: bool
):
    """A table with a floating column is read through the driver, any other in the source's own SQL."""
    url = databases.create()
    months = "double precision" if is_mixed else "integer"
    engine = sa.create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as vendor:
        vendor.execute(
            sa.text(f"create table ac50 (aac001 text, aae140 text, aae240 {declared}, aae201 {months})")
        )
        vendor.execute(
            sa.text(
                "insert into ac50 values (:person, '110',"
                f" cast(cast(:size as numeric) as {declared}), 12)"
            ),
            [{"person": f"p{place}", "size": repr(value)} for place, value in enumerate(WRITTEN)],
        )  # fmt: skip
    engine.dispose()
    assert amounts(replace(settings, production_url=url), warehouse) == list(map(Decimal, CENTS))


@pytest.mark.parametrize(
    ("written", "size", "rounded"),
    [
        ("829.9200000000001", "829.92", False),
        ("3000.5000", "3000.50", False),
        ("0.005", "0.01", True),
        ("-0.005", "-0.01", True),
        ("1.0049999999999999", "1.01", True),
        ("1.00499999999999", "1.00", True),
        ("9e-3", "0.01", True),
        ("12345678901234.565", "12345678901234.57", True),
    ],
)
def test_amount_of_less_than_a_cent_is_rounded_half_up(warehouse, written: str, size: str, rounded: bool):
    query = f"select {amount('value')}, {is_rounded('value')} from (select %s::text as value) as cells"
    assert rows_of(warehouse, query, written) == [(Decimal(size), rounded)]
