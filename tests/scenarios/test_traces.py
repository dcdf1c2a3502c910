"""Every figure of the built city is what the rows traced behind it come to, added up here in plain Python."""

from __future__ import annotations

import csv
import io
import json
import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import psycopg
import pytest

from fundwatch.database.warehouse import Warehouse, open_warehouse
from fundwatch.settings import Settings
from reporting import tracing
from reporting.tracing.rows import rows_behind
from reporting.tracing.scope import Scope, divisions_within
from tests.support import MONTHS, BuiltCity, run_fundwatch

MONTH = "2024-06"
MOVEMENTS = ("entered", "left")
PERSONS = {
    "insured_workers", "insured_retirees", "suspended_persons", "new_enrolments", "contributing_persons",
    "beneficiaries_paid", "entered", "left",
}  # fmt: skip
SUMS = {
    "insured_persons": ("insured_workers", "insured_retirees"),
    "contributions_received": (
        "contributions_received_current", "contributions_received_back", "contributions_received_advance",
    ),
}  # fmt: skip
RATIOS = {
    "collection_rate": ("contributions_received_current", "contributions_due", 100),
    "average_base": ("contribution_base", "contribution_rows", 1),
    "payment_rate": ("benefits_paid", "benefits_payable", 100),
    "socialised_payment_rate": ("benefits_paid_socialised", "benefits_paid", 100),
    "average_benefit": ("benefits_paid", "beneficiaries_paid", 1),
    "dependency_ratio": ("insured_workers", "insured_retirees", 1),
}


@dataclass
class Rows:
    """Reads the rows behind a measure once for all areas; adds them up cell by cell."""

    connection: psycopg.Connection
    month: str
    inside: dict[str, set[str]]
    bands: dict[str, str]
    _held: dict = field(default_factory=dict)
    _cells: dict = field(default_factory=dict)

    def value(self, indicator: str, area: str, scheme: str, breakdown: str) -> Decimal | None:
        if indicator in RATIOS:
            return self._ratio(indicator, area, scheme, breakdown)
        if indicator == "cross_division_duplicates":
            counties = self.inside[area] - {area}
            return sum(self.value("insured_persons", county, scheme, "") for county in counties) - self.value(
                "insured_persons", area, scheme, ""
            )
        measure = indicator.removesuffix("_ytd")
        since_january = indicator.endswith("_ytd")
        return sum(
            self._measure(part, area, scheme, breakdown, since_january=since_january)
            for part in SUMS.get(measure, (measure,))
        )

    def _ratio(self, indicator: str, area: str, scheme: str, breakdown: str) -> Decimal | None:
        above, below, factor = RATIOS[indicator]
        if indicator == "dependency_ratio" and scheme not in ("110", "120", "170"):
            return None
        divisor = self._measure(below, area, scheme, breakdown)
        if not divisor:
            return None
        exact = self._measure(above, area, scheme, breakdown) * factor / divisor
        return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)

    def _measure(
        self, measure: str, area: str, scheme: str, breakdown: str, *, since_january: bool = False
    ) -> Decimal:
        asked = (measure, area, scheme, since_january)
        if asked not in self._cells:
            self._cells[asked] = self._added_up(*asked)
        return self._cells[asked].get(breakdown, Decimal(0))

    def _added_up(self, measure: str, area: str, scheme: str, since_january: bool) -> dict[str, Decimal]:
        """Give breakdown -> what its rows come to; persons are counted once each."""
        persons, amounts = defaultdict(set), defaultdict(Decimal)
        for division, person, kind, amount in self._rows(measure, area, scheme, since_january):
            if division not in self.inside[area]:
                continue
            for breakdown in ("", f"kind={kind or 'unknown'}", self.bands.get(person)):
                persons[breakdown].add(person)
                amounts[breakdown] += amount or 0
        if measure in PERSONS:
            return {breakdown: Decimal(len(counted)) for breakdown, counted in persons.items()}
        return amounts

    def _rows(self, measure: str, area: str, scheme: str, since_january: bool) -> list[tuple]:
        """Who came and went depends on the area; all other rows are those of their division."""
        moves = measure in ("entered", "left")
        asked = (measure, scheme, since_january, area if moves else "")
        if asked not in self._held:
            divisions = tuple(self.inside[area]) if moves else None
            scope = Scope(self.month, scheme, divisions, since_january=since_january)
            query = f"select division, person_id, kind, amount from ({rows_behind(measure, scope)}) as t"
            self._held[asked] = self.connection.execute(query, scope.bound).fetchall()
        return self._held[asked]


def band(sex: str | None, born: date | None, month: str) -> str:
    """Completed years at month end, five to a band."""
    year, number = int(month[:4]), int(month[5:])
    end = (year, number, 31)  # whoever is born in the month has turned a year by its end
    if born is None or (born.year, born.month, born.day) > end:
        return f"sex={sex or 9};age=unknown"
    years = year - born.year - ((number, 31) < (born.month, born.day))
    if (born.month, born.day) == (2, 29) and number == 2 and year % 4:
        years -= 1
    return f"sex={sex or 9};age={years // 5 * 5}-{years // 5 * 5 + 4}"


def mismatches(settings: Settings, month: str) -> tuple[int, list[tuple]]:
    """Return how many cells the month has, and those whose rows come to another value."""
    with open_warehouse(settings).connect() as connection:
        cells = connection.execute(
            "select indicator, division, scheme, breakdown, value from statistical_ledger.indicators"
            " where month = %s",
            (month,),
        ).fetchall()
        areas = {division for _, division, *_ in cells}
        people = connection.execute(
            "select person_id, sex, birth_on from business_ledger.persons where valid_from_batch <= %(m)s"
            " and (valid_to_batch is null or valid_to_batch > %(m)s)",
            {"m": month},
        )
        rows = Rows(
            connection,
            month,
            {area: set(divisions_within(connection, month=month, division=area)) for area in areas},
            {person: band(sex, born, month) for person, sex, born in people},
        )
        wrongs = defaultdict(list)
        for indicator, division, scheme, breakdown, value in cells:
            if value is None and indicator in ("entered", "left"):
                continue  # the month before was never built
            recomputed = rows.value(indicator, division, scheme, breakdown)
            if recomputed != value:
                wrongs[indicator].append((division, scheme, breakdown, value, recomputed))
    return len(cells), [(indicator, *row) for indicator, wrong in wrongs.items() for row in wrong[:5]]


@pytest.mark.parametrize("month", MONTHS)
def test_trace_rows_recompute_every_cell(built_city: BuiltCity, month: str) -> None:
    cells, wrong = mismatches(built_city.settings, month)
    assert cells > 2000
    assert wrong == []


@pytest.fixture(scope="module")
def warehouse(built_city: BuiltCity) -> Warehouse:
    return open_warehouse(built_city.settings)


@pytest.fixture(scope="module")
def cells(warehouse: Warehouse) -> list[tuple]:
    """Some cells of every indicator, zeros and breakdowns among them."""
    with warehouse.connect() as connection:
        rows = connection.execute(
            "select indicator, division, scheme, breakdown, value from statistical_ledger.indicators"
            " where month = %s order by 1, 2, 3, 4",
            (MONTH,),
        ).fetchall()
    by_indicator = defaultdict(list)
    for row in rows:
        by_indicator[row[0]].append(row)
    chosen = random.Random(7)  # noqa: S311 - a sample, no secret
    return [row for every in by_indicator.values() for row in chosen.sample(every, 2)]


def test_trace_of_one_cell_agrees_with_the_figure(warehouse: Warehouse, cells: list[tuple]) -> None:
    assert len(cells) > 60
    for indicator, division, scheme, breakdown, value in cells:
        trace = tracing.trace(
            warehouse, indicator=indicator, month=MONTH, division=division, scheme=scheme, breakdown=breakdown
        )
        assert (trace.value, trace.agrees) == (value, True), (indicator, division, scheme, breakdown)


def test_trace_names_the_landed_file_and_line_of_each_row(built_city: BuiltCity) -> None:
    asked = ("contributions_received_current", "--month", MONTH, "--division", "230602", "--scheme", "110")
    done = run_fundwatch("trace", *asked, "--json", settings=built_city.settings)
    trace = json.loads(done.stdout)
    assert trace["agrees"]
    assert trace["formula_zh"]
    assert len(trace["rows"]) == 10
    with open_warehouse(built_city.settings).connect() as connection:
        for row in trace["rows"]:
            landed = connection.execute(
                "select aaz223 from landing.production__ac43 where _file_id = %s and _row = %s",
                (row["source_file_id"], row["source_row"]),
            ).fetchall()
            assert {key for (key,) in landed} == {row["row_key"]}
            assert row["file"] == "AC43"


def test_trace_all_streams_rows_that_add_up_and_is_entered_as_an_export(built_city: BuiltCity) -> None:
    asked = ("contributions_received", "--month", MONTH, "--division", "230600", "--scheme", "ALL")
    done = run_fundwatch("trace", *asked, "--all", settings=built_city.settings)
    rows = list(csv.DictReader(io.StringIO(done.stdout.decode(), newline="")))
    shown = json.loads(run_fundwatch("trace", *asked, "--json", settings=built_city.settings).stdout)
    assert sum(Decimal(row["amount"]) for row in rows) == Decimal(shown["value"])
    assert len(rows) == sum(part["rows"] for part in shown["parts"]) > 100
    with open_warehouse(built_city.settings).connect() as connection:
        entered = connection.execute(
            "select object from ops.audit where stream = 'exports' and action = 'trace'"
        ).fetchall()
    assert (f"contributions_received {MONTH} 230600 ALL",) in entered


def test_trace_row_names_the_figures_whose_rows_hold_it(warehouse: Warehouse, cells: list[tuple]) -> None:
    """One cell of each indicator and breakdown; several of who entered and left, which are few."""
    looked_at = Counter()
    for indicator, division, scheme, breakdown, _ in cells:
        sort = (indicator, breakdown.partition("=")[0])
        if looked_at[sort] == (6 if indicator in MOVEMENTS else 1):
            continue
        cell = {"month": MONTH, "division": division, "scheme": scheme, "breakdown": breakdown}
        down = tracing.trace(warehouse, indicator=indicator, **cell, first=1)
        if not down.rows:
            continue
        row = down.rows[0]
        figures = tracing.containing(warehouse, table=row.table_name, key=row.row_key)
        assert (indicator, *cell.values()) in {
            (figure.indicator, figure.month, figure.division, figure.scheme, figure.breakdown)
            for figure in figures
        }, (indicator, cell, row.table_name)
        by_line = tracing.containing(warehouse, file_id=row.source_file_id, line=row.source_row)
        assert set(by_line) <= set(figures)
        assert by_line
        looked_at[sort] += 1
    assert {"entered", "left", "insured_workers", "contributions_due"} <= {
        indicator for indicator, _ in looked_at
    }
    assert ("insured_persons", "sex") in looked_at
