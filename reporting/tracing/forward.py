"""From a business row up: the figures of which months, and the publications, that contain it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import psycopg
from psycopg import sql

from fundwatch.catalogue import TABLES
from fundwatch.errors import NotFound
from fundwatch.months import add_months
from fundwatch.warehouse import Warehouse
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
# Whoever moves between two counties enters and leaves these, and not what they lie in.
_OF_EACH_AREA = ("entered", "left")


@dataclass(frozen=True)
class Containing:
    """A figure that counts the row; ``publications`` of its month show it, the current one first."""

    month: str
    division: str
    scheme: str
    breakdown: str
    indicator: str
    role: str
    publications: tuple[int, ...]


@dataclass(frozen=True)
class _Held:
    """A version of the row, where it landed, and the months it is in force in."""

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

    def is_looked_at_in(self, month: str) -> bool:
        """Return whether it is in force in a month or the one before, in which who left was insured."""
        return self.first <= month and (self.until is None or self.until > add_months(month, -1))


@dataclass(frozen=True)
class _Counted:
    """Where a measure counts the row: under which division, in which areas, and of what kind it is."""

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
    """Return every figure that counts a business row, named by ledger and key or by landed file and line.

    A row that only conditions a figure (an arrived contribution makes a worker of somebody enrolled) is not
    counted itself.
    Raises: NotFound.
    """
    with warehouse.connect() as connection:
        versions = list(_versions(connection, table=table, key=key, file_id=file_id, line=line))
        if not versions:
            raise NotFound(
                "no business ledger that statistics count has such a row",
                next_step=f"Name one of {', '.join(LEDGERS)} with its row_key, or a landed file and line",
            )
        catalogue = _catalogue(connection)
        found = [
            cell
            for month in _built_months(connection)
            for version in versions
            if version.is_looked_at_in(month)
            for cell in _cells(connection, catalogue, version, month)
        ]
    return sorted(
        set(found), key=lambda one: (one.month, one.indicator, one.scheme, one.division, one.breakdown)
    )


def _versions(
    connection: psycopg.Connection,
    *,
    table: str | None,
    key: str | None,
    file_id: str | None,
    line: int | None,
) -> Iterator[_Held]:
    for ledger in LEDGERS:
        if table is not None and ledger != _ledger_of(table):
            continue
        lacks_person, lacks_employer = ledger == "unit_contributions", ledger in ("payments", "entitlements")
        query = sql.SQL(
            "select {table}, row_key, scheme, {person}, {employer}, division, source_file_id, source_row,"
            " valid_from_batch, valid_to_batch from business_ledger.{name} where {which}"
        ).format(
            table=sql.Literal(ledger),
            name=sql.Identifier(ledger),
            person=sql.SQL("null" if lacks_person else "person_id"),
            employer=sql.SQL("null" if lacks_employer else "employer_id"),
            which=sql.SQL(
                "row_key = %(key)s" if key else "source_file_id = %(file)s and source_row = %(line)s"
            ),
        )
        rows = connection.execute(query, {"key": key, "file": file_id, "line": line})
        yield from (_Held(*row) for row in rows)


def _ledger_of(table: str) -> str:
    """Accept a ledger by its own name or by its production table's."""
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


def _cells(
    connection: psycopg.Connection, catalogue: list[Indicator], row: _Held, month: str
) -> Iterator[Containing]:
    """Yield the figures of a month that count the row: their rows are looked through for it."""
    seen: dict[tuple[str, str, bool], list[_Counted]] = {}
    band = _band(connection, row, month)
    for described in catalogue:
        for role, name in (("numerator", described.measure), ("denominator", described.denominator)):
            for measure in described.measures(name):
                for scheme in dict.fromkeys((row.scheme, ALL)):
                    asked = (measure, scheme, described.kind == "ytd")
                    if asked not in seen:
                        seen[asked] = _counted(connection, row, month, asked)
                    for one in seen[asked]:
                        yield from _shown(connection, described, role, month, scheme, one, band)


def _band(connection: psycopg.Connection, row: _Held, month: str) -> str:
    """Return the breakdown the row's person falls into by sex and age; empty when there is none."""
    found = connection.execute(band_of_person(month), {"person": row.person}).fetchone()
    return found[0] if found else ""


def _counted(
    connection: psycopg.Connection, row: _Held, month: str, asked: tuple[str, str | None, bool]
) -> list[_Counted]:
    """Return where a measure counts the row, if it does."""
    measure, scheme, since_january = asked
    if scheme is None:
        return []
    scope = Scope(
        month, scheme, since_january=since_january,
        person=row.person, employer=None if row.person else row.employer,
    )  # fmt: skip
    if measure not in _OF_EACH_AREA:
        return [
            _Counted(division, areas_above(connection, month=month, division=division), kind)
            for division, kind in _found(connection, row, measure, scope)
        ]
    return [
        _Counted(division, (area,), kind)
        for area in areas_above(connection, month=month, division=row.division or "")
        for division, kind in _found(
            connection, row, measure,
            replace(scope, divisions=divisions_within(connection, month=month, division=area)),
        )
    ]  # fmt: skip


def _found(
    connection: psycopg.Connection, row: _Held, measure: str, scope: Scope
) -> list[tuple[str, str | None]]:
    """Return division and kind of the row among those behind a measure."""
    which = (
        "table_name = %(table)s and row_key = %(key)s and source_file_id = %(file)s and source_row = %(line)s"
    )
    query = f"select division, kind from ({rows_behind(measure, scope)}) as t where {which}"
    bound = {"table": row.table, "key": row.row_key, "file": row.file_id, "line": row.line}
    return connection.execute(query, {**scope.bound, **bound}).fetchall()


def _shown(
    connection: psycopg.Connection,
    described: Indicator,
    role: str,
    month: str,
    scheme: str,
    counted: _Counted,
    band: str,
) -> Iterator[Containing]:
    breakdowns = [f"kind={counted.kind or 'unknown'}", band]
    asked = (month, described.indicator, scheme, list(counted.areas), breakdowns)
    for area, breakdown, numbers in connection.execute(_SHOWN, asked):
        cell = Containing(month, area, scheme, breakdown, described.indicator, role, tuple(numbers))
        if described.indicator != DUPLICATES or area != counted.division:
            yield cell
