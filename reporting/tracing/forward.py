"""From a row to its figures: the figures, by month, and the publications that contain it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import psycopg
from psycopg import sql

from fundwatch.catalogue import TABLES
from fundwatch.database.warehouse import Warehouse
from fundwatch.errors import NotFound
from fundwatch.months import add_months
from reporting.tracing.backward import DUPLICATES, Indicator, indicator_of
from reporting.tracing.rows import band_of_person, rows_behind
from reporting.tracing.scope import ALL, Scope, areas_above, divisions_within

LEDGERS = ("contributions", "unit_contributions", "payments", "enrolments", "entitlements")


_SHOWN = """
    select
        i.division, i.breakdown,
        array(
            select c.number
            from ops.publication_cells as c
            inner join ops.publications as p
                on p.number = c.number and p.month = i.month and p.state = 'approved'
            where c.division = i.division and c.scheme = i.scheme and c.breakdown = i.breakdown
                and c.indicator = i.indicator
            group by c.number, p.is_current
            order by p.is_current desc, c.number desc
        )
    from statistical_ledger.indicators as i
    where i.month = %s and i.indicator = %s and i.scheme = %s and i.division = any(%s)
        and (i.breakdown = '' or i.breakdown = any(%s))
"""
# A person who moves between two counties enters and leaves these, but not the areas above both.
_OF_EACH_AREA = ("entered", "left")


@dataclass(frozen=True)
class Containing:
    """A figure that counts the row, and the publications of its month that have it, the current one first."""

    month: str
    division: str
    scheme: str
    breakdown: str
    indicator: str
    role: str
    publications: tuple[int, ...]


@dataclass(frozen=True)
class _RowVersion:
    """A version of the row, its landed file and line, and the months in which it is current."""

    table: str
    row_key: str
    scheme: str | None
    person: str | None
    employer: str | None
    division: str | None
    file_id: str
    line: int
    first: str
    until: str | None

    def is_relevant_in(self, month: str) -> bool:
        """Return whether it is current in a month, or in the month before, which ``left`` counts from."""
        return self.first <= month and (self.until is None or self.until > add_months(month, -1))


@dataclass(frozen=True)
class _Count:
    """A measure's count of the row: the division and areas it counts for, and its kind."""

    division: str
    areas: tuple[str, ...]
    kind: str | None


def containing(
    warehouse: Warehouse,
    *,
    table: str | None = None,
    key: str | None = None,
    file_id: str | None = None,
    line: int | None = None,
) -> list[Containing]:
    """Return every figure that counts a business row, given by ledger and key or by landed file and line.

    A row that is only a condition of a figure is not counted: an arrived contribution makes somebody enrolled
    a worker, but the enrolment is the row.
    Raises: NotFound.
    """
    with warehouse.connect() as connection:
        versions = list(_versions(connection, table=table, key=key, file_id=file_id, line=line))
        if not versions:
            raise NotFound(
                "no business ledger that statistics count has such a row",
                next_step=f"Name one of {', '.join(LEDGERS)} with its row_key, or a landed file and line",
            )
        return _counting(connection, versions)


def counting(warehouse: Warehouse, *, file_id: str, line: int) -> list[Containing]:
    """Return every figure that counts a landed row; none where no ledger holds it, or none is built."""
    with warehouse.connect() as connection:
        ((is_built,),) = connection.execute(
            "select to_regclass('business_ledger.payments') is not null"
            " and to_regclass('statistical_ledger.indicators') is not null"
        )
        if not is_built:
            return []
        versions = list(_versions(connection, table=None, key=None, file_id=file_id, line=line))
        return _counting(connection, versions)


def lines_of(warehouse: Warehouse, *, table: str, key: str) -> list[tuple[str, int]]:
    """Return the landed file and line of each version of a business row, in the order of their months."""
    with warehouse.connect() as connection:
        versions = list(_versions(connection, table=table, key=key, file_id=None, line=None))
    ordered = sorted(versions, key=lambda version: (version.first, version.file_id, version.line))
    return list(dict.fromkeys((version.file_id, version.line) for version in ordered))


def _counting(connection: psycopg.Connection, versions: list[_RowVersion]) -> list[Containing]:
    catalogue = _catalogue(connection)
    figures = [
        figure
        for month in _built_months(connection)
        for version in versions
        if version.is_relevant_in(month)
        for figure in _figures(connection, catalogue, version, month)
    ]
    return sorted(
        set(figures),
        key=lambda figure: (
            figure.month,
            figure.indicator,
            figure.scheme,
            figure.division,
            figure.breakdown,
        ),
    )


def _versions(
    connection: psycopg.Connection,
    *,
    table: str | None,
    key: str | None,
    file_id: str | None,
    line: int | None,
) -> Iterator[_RowVersion]:
    for ledger in LEDGERS:
        if table is not None and ledger != _ledger_of(table):
            continue
        has_person, has_employer = ledger != "unit_contributions", ledger not in ("payments", "entitlements")
        query = sql.SQL(
            "select {table}, row_key, scheme, {person}, {employer}, division, source_file_id, source_row,"
            " valid_from_batch, valid_to_batch from business_ledger.{name} where {which}"
        ).format(
            table=sql.Literal(ledger),
            name=sql.Identifier(ledger),
            person=sql.SQL("person_id" if has_person else "null"),
            employer=sql.SQL("employer_id" if has_employer else "null"),
            which=sql.SQL(
                "row_key = %(key)s" if key else "source_file_id = %(file)s and source_row = %(line)s"
            ),
        )
        rows = connection.execute(query, {"key": key, "file": file_id, "line": line})
        yield from (_RowVersion(*row) for row in rows)


def _ledger_of(table: str) -> str:
    """Return a ledger's name, given that or the name of its production table."""
    production = {"AC43": "contributions", "AB07": "unit_contributions", "AC82": "payments",
                  "AC02": "enrolments", "AC60": "entitlements"}  # fmt: skip
    upper = table.upper()
    return production.get(upper, table) if upper in TABLES else table


def _built_months(connection: psycopg.Connection) -> list[str]:
    rows = connection.execute("select distinct month from statistical_ledger.indicators order by month")
    return [month for (month,) in rows]


def _catalogue(connection: psycopg.Connection) -> list[Indicator]:
    names = connection.execute(
        "select indicator from statistical_ledger.indicator_catalogue order by indicator"
    )
    return [indicator_of(connection, name) for (name,) in names.fetchall()]


def _figures(
    connection: psycopg.Connection, catalogue: list[Indicator], row: _RowVersion, month: str
) -> Iterator[Containing]:
    """Yield the figures of a month that count the row, found among the rows of each measure."""
    cached: dict[tuple[str, str, bool], list[_Count]] = {}
    schemes = dict.fromkeys((row.scheme, ALL)) if row.scheme else (ALL,)
    band = _band(connection, row, month)
    for definition in catalogue:
        for role, name in (("numerator", definition.measure), ("denominator", definition.denominator)):
            for measure in definition.measures(name):
                for scheme in schemes:
                    key = (measure, scheme, definition.kind == "ytd")
                    if key not in cached:
                        cached[key] = _counts(connection, row, month, key)
                    for count in cached[key]:
                        yield from _containing(connection, definition, role, month, scheme, count, band)


def _band(connection: psycopg.Connection, row: _RowVersion, month: str) -> str:
    """Return the sex and age breakdown of the row's person; empty when it has none."""
    band = connection.execute(band_of_person(month), {"person": row.person}).fetchone()
    return band[0] if band else ""


def _counts(
    connection: psycopg.Connection, row: _RowVersion, month: str, key: tuple[str, str, bool]
) -> list[_Count]:
    """Return the counts of the row by a measure in a scheme; none when it is not count."""
    measure, scheme, since_january = key
    scope = Scope(
        month, scheme, since_january=since_january,
        person=row.person, employer=None if row.person else row.employer,
    )  # fmt: skip
    if measure not in _OF_EACH_AREA:
        return [
            _Count(division, areas_above(connection, month=month, division=division), kind)
            for division, kind in _matches(connection, row, measure, scope)
        ]
    return [
        _Count(division, (area,), kind)
        for area in areas_above(connection, month=month, division=row.division or "")
        for division, kind in _matches(
            connection, row, measure,
            replace(scope, divisions=divisions_within(connection, month=month, division=area)),
        )
    ]  # fmt: skip


def _matches(
    connection: psycopg.Connection, row: _RowVersion, measure: str, scope: Scope
) -> list[tuple[str, str | None]]:
    """Return division and kind of the row where it is among the rows of a measure."""
    condition = (
        "table_name = %(table)s and row_key = %(key)s and source_file_id = %(file)s and source_row = %(line)s"
    )
    query = f"select division, kind from ({rows_behind(measure, scope)}) as t where {condition}"
    parameters = {"table": row.table, "key": row.row_key, "file": row.file_id, "line": row.line}
    return connection.execute(query, {**scope.bound, **parameters}).fetchall()


def _containing(
    connection: psycopg.Connection,
    definition: Indicator,
    role: str,
    month: str,
    scheme: str,
    count: _Count,
    band: str,
) -> Iterator[Containing]:
    breakdowns = [f"kind={count.kind or 'unknown'}", band]
    parameters = (month, definition.indicator, scheme, list(count.areas), breakdowns)
    for area, breakdown, numbers in connection.execute(_SHOWN, parameters):
        figure = Containing(month, area, scheme, breakdown, definition.indicator, role, tuple(numbers))
        if definition.indicator != DUPLICATES or area != count.division:
            yield figure
