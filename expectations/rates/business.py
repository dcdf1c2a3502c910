"""The rates of business data (docs/quality.md): numerator and denominator from counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

import psycopg

from expectations.prepared.tallies import Counts
from expectations.site_parameters import SiteParameters, clean, number
from fundwatch.catalogue import TABLES, Table
from fundwatch.rounding import half_up

# Rates are stored to ten decimals, rounded half up; numerator and denominator are exact.
RATE_PLACES = 10
OFFICIAL_FIGURE = "reported_insured_persons"

# Numerator and denominator.
_Parts = tuple[int | None, int | Decimal | None]


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
    table: str,
    counts: Mapping[str, Counts],
    *,
    site: SiteParameters,
    source: SourceRows,
    has_rules: bool,
    year: str,
) -> Iterator[Rate]:
    """Yield the rates of a table for every county of the site and for the city.

    A county without rows has rates without a denominator, but its completeness is 0; ``anomaly_rate`` is
    measured where the table has rules, and is empty on the city's row elsewhere.
    """
    chosen = TABLES[table]
    for division in (*site.counties, site.city):
        is_city = division == site.city
        own = counts.get(division, Counts())
        parts = _cell_rates(chosen, own)
        if is_city:
            parts["load_rate"] = (own.rows, source.total)
        elif chosen.has_division:
            at_source = None if source.total is None else source.by_division.get(division, 0)
            parts["load_rate"] = (own.own_division_rows, at_source)
        if has_rules:
            parts["anomaly_rate"] = (own.anomalous_rows, own.rows)
        elif is_city:
            parts["anomaly_rate"] = (None, None)
        if table == "AC01":
            parts |= _person_rates(own, official=official_figure(site, division, year))
        for metric, (numerator, denominator) in parts.items():
            yield Rate(division, table, metric, _exact(numerator), _exact(denominator))


def source_rows(connection: psycopg.Connection, *, site: SiteParameters, month: str) -> dict[str, SourceRows]:
    """Read what the last extract not after ``month`` counted at the source, by table."""
    divisions: dict[str, str] = dict(
        connection.execute("select written, division from quality.measuring_divisions").fetchall()
    )
    extracts = connection.execute(
        "select distinct on (table_name) table_name, source_rows, source_rows_by_division from ops.extracts"
        " where month <= %s order by table_name, month desc, sequence desc",
        (month,),
    )
    by_table = {}
    for table, total, by_written in extracts:
        by_division: dict[str, int] = {}
        for written, rows in by_written.items():
            division = divisions.get(clean(written) or "")
            if division in site.divisions:
                by_division[division] = by_division.get(division, 0) + int(rows)
        by_table[table] = SourceRows(total, by_division)
    return by_table


def month_read(connection: psycopg.Connection, *, month: str) -> str | None:
    """Return the month of the last production extract not after ``month``; None before any."""
    [(last,)] = connection.execute("select max(month) from ops.extracts where month <= %s", (month,))
    return last


def official_figure(site: SiteParameters, division: str, year: str) -> Decimal | None:
    """Return the officially reported number of insured persons of a division, over all schemes."""
    for row in site.tables["targets"]:
        is_total = row["scheme"] in (None, "ALL")
        if is_total and (row["division"], row["indicator"], row["year"]) == (division, OFFICIAL_FIGURE, year):
            return number(row["target"])
    return None


def _cell_rates(table: Table, counts: Counts) -> dict[str, _Parts]:
    return {
        "completeness": (counts.valid_columns.bit_count(), len(table.required)),
        "fill_rate": (counts.filled_cells, counts.applying_cells),
        "code_match_rate": (counts.matched_cells, counts.coded_cells),
        "duplication_rate": (counts.rows - counts.distinct_keys, counts.rows),
    }


def _person_rates(counts: Counts, *, official: Decimal | None) -> dict[str, _Parts]:
    duplicates = counts.numbered_persons - counts.distinct_numbers
    return {
        "coverage": (counts.persons, official),
        "duplication_rate_identity": (duplicates, counts.numbered_persons),
    }


def _exact(value: int | Decimal | None) -> Decimal | None:
    return None if value is None else Decimal(value)
