"""The rates of business data (docs/quality.md): numerator and denominator from counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

import psycopg

from expectations.prepared.tallies import Counts
from expectations.site import Site, clean, number
from fundwatch.catalogue import TABLES, Table
from fundwatch.rounding import half_up

# Rates are stored to ten decimals, rounded half up; numerator and denominator are exact.
RATE_PLACES = 10
OFFICIAL_FIGURE = "reported_insured_persons"


@dataclass(frozen=True)
class SourceRows:
    """Rows of a table as counted at the source; None where no extract says."""

    total: int | None = None
    by_division: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Rate:
    """One rate of the scorecard, exact; None where a part is unknown."""

    division: str
    table: str
    metric: str
    numerator: Decimal | None
    denominator: Decimal | None

    @property
    def value(self) -> Decimal | None:
        """The rate from 0 to 1 at the documented scale; None without a denominator."""
        if self.numerator is None or not self.denominator:
            return None
        return half_up(self.numerator / self.denominator, RATE_PLACES)


def rates(
    table: str, counts: Mapping[str, Counts], *, site: Site, source: SourceRows, has_rules: bool, year: str
) -> Iterator[Rate]:
    """Yield the rates of a table for every county of the site and for the city.

    A county without rows has rates without a denominator, but its completeness is 0; ``anomaly_rate`` is
    measured where the table has rules, and stands empty on the city's row elsewhere.
    """
    chosen = TABLES[table]
    for division in (*site.counties, site.city):
        is_city = division == site.city
        found = counts.get(division, Counts())
        parts = dict(_cell_rates(chosen, found))
        if is_city:
            parts["load_rate"] = (found.rows, source.total)
        elif chosen.has_division:
            known = None if source.total is None else source.by_division.get(division, 0)
            parts["load_rate"] = (found.own_division_rows, known)
        if has_rules:
            parts["anomaly_rate"] = (found.anomalous_rows, found.rows)
        elif is_city:
            parts["anomaly_rate"] = (None, None)
        if table == "AC01":
            parts |= _person_rates(found, official=official_figure(site, division, year))
        for metric, (numerator, denominator) in parts.items():
            yield Rate(division, table, metric, _exact(numerator), _exact(denominator))


def source_rows(connection: psycopg.Connection, *, site: Site, month: str) -> dict[str, SourceRows]:
    """Read what the last extract not after ``month`` counted at the source, by table."""
    divisions = dict(connection.execute("select written, division from quality.measuring_divisions"))
    extracts = connection.execute(
        "select distinct on (table_name) table_name, source_rows, source_rows_by_division from ops.extracts"
        " where month <= %s order by table_name, month desc, sequence desc",
        (month,),
    )
    found = {}
    for table, total, by_written in extracts:
        by_division: dict[str, int] = {}
        for written, rows in by_written.items():
            division = divisions.get(clean(written) or "")
            if division in site.divisions:
                by_division[division] = by_division.get(division, 0) + int(rows)
        found[table] = SourceRows(total, by_division)
    return found


def month_read(connection: psycopg.Connection, *, month: str) -> str | None:
    """Return the month the production database was last read as, not after ``month``; None when never."""
    return connection.execute("select max(month) from ops.extracts where month <= %s", (month,)).fetchone()[0]


def official_figure(site: Site, division: str, year: str) -> Decimal | None:
    """Return the officially reported number of insured persons of a division, over all schemes."""
    for row in site.tables["targets"]:
        is_total = row["scheme"] in (None, "ALL")
        if is_total and (row["division"], row["indicator"], row["year"]) == (division, OFFICIAL_FIGURE, year):
            return number(row["target"])
    return None


def _cell_rates(table: Table, found: Counts) -> Iterator[tuple[str, tuple[int, int]]]:
    yield "completeness", (found.valid_columns.bit_count(), len(table.required))
    yield "fill_rate", (found.filled_cells, found.applying_cells)
    yield "code_match_rate", (found.matched_cells, found.coded_cells)
    yield "duplication_rate", (found.rows - found.distinct_keys, found.rows)


def _person_rates(found: Counts, *, official: Decimal | None) -> dict[str, tuple]:
    duplicates = found.numbered_persons - found.distinct_numbers
    return {
        "coverage": (found.persons, official),
        "duplication_rate_identity": (duplicates, found.numbered_persons),
    }


def _exact(value: int | Decimal | None) -> Decimal | None:
    return None if value is None else Decimal(value)
