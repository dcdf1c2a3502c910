"""Accuracy by category: the monitored groups of rows, and how many of them pass every rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

import psycopg

from expectations.prepared.relation import relation_of
from expectations.rates.business import Rate
from expectations.site_parameters import SiteParameters
from expectations.sql import quoted

METRIC = "accuracy"
_WORKERS = "measuring_workers"
_RETIRED = "measuring_retired"


@dataclass(frozen=True)
class Category:
    """A group of prepared rows: table -> the SQL condition of its rows.

    ``of_ledgers``: its persons are those of the month's ledgers and statistics.
    """

    name: str
    rows: Mapping[str, str]
    of_ledgers: bool = False

    @property
    def table(self) -> str:
        """Its name on the scorecard."""
        return f"category:{self.name}"


CATEGORIES = (
    Category("employers", {"AB01": "true", "AB02": "true"}),
    Category("working_persons", {"AC01": f"aac001 in (select person_id from {_WORKERS})"}, of_ledgers=True),
    Category(
        "retirees",
        dict.fromkeys(("AC01", "AC60"), f"aac001 in (select person_id from {_RETIRED})"),
        of_ledgers=True,
    ),
    Category("deaths", {"AC01": "aac060_code = '2'"}),
    Category("dependants", {"AC60": "aic161_code = '11'"}),
    Category("impostor_claims", {"YC01": "true"}),
    Category("transfers", {"YC02": "true"}),
)


def category_rates(connection: psycopg.Connection, *, site: SiteParameters, month: str) -> Iterator[Rate]:
    """Yield ``accuracy`` of every category for every county and the city.

    Source: the prepared rows of the month; workers and retirees from the ledgers and statistics of the
            month. Where these are not built, both categories have no figures.
    Shape:  rows without fault ÷ rows; a city row counts the rows without a county, too.
    """
    is_built = _list_persons(connection, month)
    for category in CATEGORIES:
        has_figures = is_built or not category.of_ledgers
        counts = _counts(connection, category) if has_figures else {}
        for division in (*site.counties, site.city):
            if not has_figures:
                yield Rate(division, category.table, METRIC, None, None)
                continue
            own = [numbers for county, numbers in counts.items() if division in (county, site.city)]
            passing, rows = (Decimal(sum(column)) for column in zip((0, 0), *own, strict=True))
            yield Rate(division, category.table, METRIC, passing, rows)


def _counts(connection: psycopg.Connection, category: Category) -> dict[str | None, tuple[int, int]]:
    """Count a category's rows by county: without fault, and all."""
    parts = [
        f"select county, failed from quality.{relation_of(table)} where {condition}"
        for table, condition in category.rows.items()
    ]
    rows = connection.execute(
        "select county, count(*) filter (where failed = 0), count(*)"
        f" from ({' union all '.join(parts)}) as category group by county"
    )
    return {county: (passing, total) for county, passing, total in rows}


def _list_persons(connection: psycopg.Connection, month: str) -> bool:
    """List the workers and retirees of ``month``; return whether the month's statistics are built."""
    [(has_tables,)] = connection.execute(
        "select to_regclass('business_ledger.entitlements') is not null"
        " and to_regclass('statistical_ledger.insured_persons') is not null"
        " and to_regclass('statistical_ledger.built_months') is not null"
    )
    if not has_tables:
        return False
    current = f"valid_from_batch <= {quoted(month)} and coalesce(valid_to_batch > {quoted(month)}, true)"
    connection.execute(
        f"drop table if exists pg_temp.{_WORKERS}, pg_temp.{_RETIRED};"
        f"create temporary table {_RETIRED} on commit drop as"
        " select distinct person_id from business_ledger.entitlements"
        f" where {current} and kind in ('01', '02', '03') and status in ('1', '2')"
        f" and scheme in ('110', '120', '170') and first_month <= {quoted(month)} and division is not null;"
        f"create temporary table {_WORKERS} on commit drop as"
        " select distinct person_id from statistical_ledger.insured_persons"
        f" where {current} and is_in_all"
        f" and person_id not in (select person_id from {_RETIRED});"
        f"analyze {_RETIRED}; analyze {_WORKERS}"
    )
    [(is_built,)] = connection.execute(
        "select exists (select from statistical_ledger.built_months where month = %s)", (month,)
    )
    return is_built
