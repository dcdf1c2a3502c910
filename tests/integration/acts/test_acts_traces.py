"""Traces by users of the portal: as the command line traces, judged and masked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from fundwatch.acts import signoff
from fundwatch.database.warehouse import Warehouse, open_warehouse
from fundwatch.settings import Settings
from reporting import tracing
from reporting.tracing import statements
from tests.integration.access.people import Grant, sign_in
from tests.support import put_off_guards

JUNE = "2024-06"
TRACED = "select portal.trace_figure(%s, %s, %s, %s, %s, %s, %s) as traced"


@pytest.fixture(scope="module")
def warehouse(cold_june: Settings) -> Warehouse:
    opened = open_warehouse(cold_june)
    # Publishing the month kept them.
    assert statements.store(opened) == 0
    signoff.review(opened, number=1, name="李复核")
    signoff.approve(opened, number=1, name="张负责", note="released")
    return opened


@contextmanager
def unapproved(warehouse: Warehouse) -> Iterator[None]:
    """June as it is before anybody approves it."""
    change = "update ops.publications set state = %s, is_current = %s where number = 1"
    with warehouse.connect() as connection:
        put_off_guards(connection)
        connection.execute(change, ("draft", False))
    try:
        yield
    finally:
        with warehouse.connect() as connection:
            put_off_guards(connection)
            connection.execute(change, ("approved", True))


def trace_as(warehouse: Warehouse, secret: str, *cell: str, first: int = 10, after: int = 0) -> Any:
    with psycopg.connect(warehouse.portal_url("portal"), row_factory=dict_row) as connection:
        connection.execute("set transaction isolation level repeatable read, read only")
        connection.execute("select set_config('fundwatch.session', %s, true)", (secret,))
        month, division, scheme, indicator, breakdown = cell
        values = (month, division, scheme, indicator, breakdown, first, after)
        return connection.execute(TRACED, values).fetchone()["traced"]


def figures(warehouse: Warehouse) -> list[tuple[str, ...]]:
    """Return one figure of every indicator, scheme, level and kind of breakdown: the largest."""
    with warehouse.connect() as connection:
        return connection.execute(
            "select distinct on (i.indicator, i.scheme, d.level, split_part(i.breakdown, '=', 1))"
            " i.month, i.division, i.scheme, i.indicator, i.breakdown"
            " from statistical_ledger.indicators as i"
            " inner join (select distinct division, level from site.divisions) as d using (division)"
            " where i.month = %s"
            " order by i.indicator, i.scheme, d.level, split_part(i.breakdown, '=', 1),"
            " i.value desc nulls last",
            (JUNE,),
        ).fetchall()


# One figure in so many; the scenarios trace more of them.
@pytest.mark.parametrize("step", [40, pytest.param(5, marks=pytest.mark.scenarios)])
def test_a_trace_of_the_database_is_that_of_the_command_line(warehouse: Warehouse, step: int) -> None:
    with warehouse.connect() as connection:
        areas = connection.execute("select distinct division from site.divisions").fetchall()
    secret = sign_in(warehouse, *(("auditor", area) for (area,) in areas))
    cells = figures(warehouse)
    assert len(cells) > 100
    differing = []
    for month, division, scheme, indicator, breakdown in cells[::step]:
        expected = tracing.trace(
            warehouse, indicator=indicator, month=month, division=division, scheme=scheme, breakdown=breakdown
        )
        trace = trace_as(warehouse, secret, month, division, scheme, indicator, breakdown)
        expected_said = comparable({**asdict(expected), "agrees": expected.agrees})
        if trace is None or comparable(trace) != expected_said:
            differing.append((division, scheme, indicator, breakdown))
    assert differing == []


def comparable(traced: dict[str, Any]) -> dict[str, Any]:
    def number(value: Any) -> Any:
        return None if value is None else Decimal(str(value))

    rows = [
        {**row, "amount": number(row["amount"]), "row_key": "", "person_id": row["person_id"] is None}
        for row in traced["rows"]
    ]
    parts = {
        (part["measure"], part["role"], part["rows"], part["persons"], number(part["amount"]))
        for part in traced["parts"]
    }
    same = {name: traced[name] for name in traced if name not in ("rows", "parts", "is_restated")}
    numbers = {name: number(traced[name]) for name in ("value", "recomputed", "published_value")}
    order = sorted(rows, key=lambda row: repr(sorted(row.items())))
    return {**same, **numbers, "rows": order, "parts": parts}


def city_of(warehouse: Warehouse) -> str:
    with warehouse.connect() as connection:
        ((city,),) = connection.execute("select portal.city()").fetchall()
    return str(city)


def counties_of(warehouse: Warehouse) -> list[str]:
    with warehouse.connect() as connection:
        rows = connection.execute(
            "select distinct division from site.divisions where level = 'county' order by 1"
        )
        return [division for (division,) in rows]


@pytest.mark.parametrize(
    ("role", "may"),
    [("statistician", True), ("auditor", True), ("supervisor", False), ("engineer", False), ("admin", False)],
)
def test_a_trace_is_of_ones_role_and_divisions(warehouse: Warehouse, role: str, may: bool) -> None:
    north, south = counties_of(warehouse)[:2]
    secret = sign_in(warehouse, (role, north))
    assert (trace_as(warehouse, secret, JUNE, north, "110", "benefits_paid", "") is not None) == may
    for other in (south, city_of(warehouse), "999999", ""):
        assert trace_as(warehouse, secret, JUNE, other, "110", "benefits_paid", "") is None
    assert trace_as(warehouse, "0" * 64, JUNE, north, "110", "benefits_paid", "") is None


@pytest.mark.parametrize(
    ("grants", "may"),
    [
        ([("statistician", "city")], True), ([("statistician", "north")], False),
        ([("auditor", "city")], False), ([("auditor", "north"), ("supervisor", "city")], False),
        ([("statistician", "north"), ("supervisor", "city")], False),
    ],
)  # fmt: skip
def test_a_figure_of_a_draft_is_traced_city_up_by_one_grant_alone(
    warehouse: Warehouse, grants: list[Grant], may: bool
) -> None:
    places = {"city": city_of(warehouse), "north": counties_of(warehouse)[0]}
    secret = sign_in(warehouse, *((role, places[place]) for role, place in grants))
    cell = (JUNE, places["north"], "110", "benefits_paid", "")
    assert trace_as(warehouse, secret, *cell) is not None
    with unapproved(warehouse):
        assert (trace_as(warehouse, secret, *cell) is not None) == may


def test_a_published_value_that_rows_no_longer_make_is_told_as_restated(warehouse: Warehouse) -> None:
    north = counties_of(warehouse)[0]
    secret, cell = sign_in(warehouse, ("auditor", north)), (JUNE, north, "110", "benefits_paid", "")
    was = trace_as(warehouse, secret, *cell)
    assert (was["agrees"], was["is_restated"], was["published_value"]) == (True, False, was["recomputed"])
    with published_more_by(warehouse, Decimal("0.01"), north):
        said = trace_as(warehouse, secret, *cell)
    assert (said["agrees"], said["is_restated"], said["value"]) == (True, True, was["value"])
    assert Decimal(said["published_value"]) - Decimal(said["recomputed"]) == Decimal("0.01")


@contextmanager
def published_more_by(warehouse: Warehouse, amount: Decimal, division: str) -> Iterator[None]:
    """Benefits paid in 110 of a division as if the publication said more."""
    change = (
        "update ops.publication_cells set value = value + %s"
        " where number = 1 and division = %s and scheme = '110' and indicator = 'benefits_paid'"
    )
    with warehouse.connect() as connection:
        put_off_guards(connection)
        connection.execute(change, (amount, division))
    try:
        yield
    finally:
        with warehouse.connect() as connection:
            put_off_guards(connection)
            connection.execute(change, (-amount, division))


def test_rows_of_a_trace_are_masked_and_come_in_pages(warehouse: Warehouse) -> None:
    north = counties_of(warehouse)[0]
    secret = sign_in(warehouse, ("auditor", north))
    cell = (JUNE, north, "110", "insured_persons", "")
    every = trace_as(warehouse, secret, *cell, first=1000)["rows"]
    assert len(every) > 30
    assert all("••" in row["row_key"] and "••" in row["person_id"] for row in every)
    pages = [trace_as(warehouse, secret, *cell, first=20, after=after)["rows"] for after in (0, 20)]
    assert pages[0] + pages[1] == every[:40]
    with warehouse.connect() as connection:
        persons = connection.execute("select person_id from business_ledger.persons").fetchall()
    shown = repr(every)
    assert not [person for (person,) in persons if f"'{person}'" in shown]


def test_a_figure_that_is_not_there_has_no_trace(warehouse: Warehouse) -> None:
    secret = sign_in(warehouse, ("auditor", city_of(warehouse)))
    for cell in (
        ("1999-01", "110", "benefits_paid", ""), (JUNE, "999", "benefits_paid", ""),
        (JUNE, "110", "none", ""), (JUNE, "110", "benefits_paid", "kind=zz"),
        ("'; --", "110", "benefits_paid", ""),
    ):  # fmt: skip
        month, scheme, indicator, breakdown = cell
        assert trace_as(warehouse, secret, month, city_of(warehouse), scheme, indicator, breakdown) is None
