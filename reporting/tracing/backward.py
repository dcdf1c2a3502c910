"""A figure: what it is, who published it, and what the rows behind it come to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial

import psycopg
from psycopg.rows import class_row

from fundwatch.errors import NotFound
from fundwatch.months import parse_month
from fundwatch.rounding import half_up
from fundwatch.warehouse import Warehouse
from reporting.tracing.rows import counts_persons
from reporting.tracing.scope import PENSIONS, Scope, scope_of
from reporting.tracing.stream import Row, keep_rows, rows_kept

DUPLICATES = "cross_division_duplicates"


_CATALOGUE = """
    select indicator, kind, unit, measure, denominator, factor, is_pension_only, label_zh, label_en,
        formula_zh, formula_en
    from statistical_ledger.indicator_catalogue where indicator = %s
"""
_FIGURE = """
    select value from statistical_ledger.indicators
    where month = %s and division = %s and scheme = %s and breakdown = %s and indicator = %s
"""
_PUBLISHED = """
    select number, value from published.cells
    where month = %s and division = %s and scheme = %s and breakdown = %s and indicator = %s
    order by form, cell limit 1
"""
_KEPT = "select measure, count(*), count(distinct person_id), sum(amount) from traced_rows group by measure"


@dataclass(frozen=True)
class Indicator:
    """One line of the catalogue; a ratio has a denominator, and a sum is known by its parts."""

    indicator: str
    kind: str
    unit: str
    measure: str
    denominator: str | None
    factor: int
    is_pension_only: bool
    label_zh: str
    label_en: str
    formula_zh: str
    formula_en: str
    parts: dict[str, tuple[str, ...]]

    def measures(self, name: str | None) -> tuple[str, ...]:
        """Return the measures a measure is the sum of; itself when it is none."""
        if name is None:
            return ()
        return self.parts.get(name, (name,))


@dataclass(frozen=True)
class Part:
    """The rows of one measure: how many, of how many persons, coming to how much (yuan)."""

    measure: str
    role: str
    rows: int
    persons: int
    amount: Decimal | None

    @property
    def value(self) -> Decimal:
        """What the measure comes to: persons counted once, or money added up."""
        return Decimal(self.persons) if counts_persons(self.measure) else (self.amount or Decimal(0))


@dataclass(frozen=True)
class Trace:
    """A figure as built, as published (None: not published) and as its rows recompute it."""

    indicator: str
    label_zh: str
    label_en: str
    formula_zh: str
    formula_en: str
    month: str
    division: str
    scheme: str
    breakdown: str
    value: Decimal | None
    unit: str
    kind: str
    publication: int | None
    published_value: Decimal | None
    recomputed: Decimal | None
    parts: tuple[Part, ...]
    rows: tuple[Row, ...]

    @property
    def agrees(self) -> bool:
        """Whether the rows come to the figure."""
        return self.value == self.recomputed


def trace(
    warehouse: Warehouse,
    *,
    indicator: str,
    month: str,
    division: str,
    scheme: str,
    breakdown: str = "",
    first: int = 10,
) -> Trace:
    """Trace one cell to the rows of the business ledgers behind it, and those to the files they landed in.

    Source: statistical_ledger.indicators, business_ledger, ops.files, ops.publications.
    Shape:  the ``first`` rows by measure, ledger and key; counts and sums over all of them.
    Raises: NotFound (no such indicator, division, or the month is not built).
    """
    with warehouse.connect() as connection:
        described = indicator_of(connection, indicator)
        value = _figure(connection, indicator, parse_month(month), division, scheme, breakdown)
        scope = scope_of(
            connection, month=month, division=division, scheme=scheme, breakdown=breakdown,
            since_january=described.kind == "ytd",
        )  # fmt: skip
        parts = () if value is None and not described.denominator else _parts(connection, described, scope)
        publication, published = _published(connection, indicator, month, division, scheme, breakdown)
        return Trace(
            indicator, described.label_zh, described.label_en, described.formula_zh, described.formula_en,
            month, division, scheme, breakdown, value, described.unit, described.kind,
            publication, published,
            recomputed(connection, described, scope, parts, division=division) if parts else None,
            parts, rows_kept(connection, limit=first) if parts else (),
        )  # fmt: skip


def measures_of(
    warehouse: Warehouse, *, indicator: str, month: str, division: str, scheme: str, breakdown: str = ""
) -> tuple[tuple[str, ...], Scope]:
    """Return the measures a cell is made of and the scope of its rows, to stream them.

    Raises: NotFound, as ``trace`` does.
    """
    with warehouse.connect() as connection:
        described = indicator_of(connection, indicator)
        _figure(connection, indicator, parse_month(month), division, scheme, breakdown)
        scope = scope_of(
            connection, month=month, division=division, scheme=scheme, breakdown=breakdown,
            since_january=described.kind == "ytd",
        )  # fmt: skip
    return tuple(_roles(described)), scope


def indicator_of(connection: psycopg.Connection, name: str) -> Indicator:
    """Return an indicator of the catalogue.

    Raises: NotFound.
    """
    if _is_built(connection, "statistical_ledger.indicator_sums"):
        sums = connection.execute("select measure, part from statistical_ledger.indicator_sums order by 1, 2")
        parts: dict[str, tuple[str, ...]] = {}
        for measure, part in sums:
            parts[measure] = (*parts.get(measure, ()), part)
        parts[DUPLICATES] = parts["insured_persons"]
        with connection.cursor(row_factory=class_row(partial(Indicator, parts=parts))) as cursor:
            found = cursor.execute(_CATALOGUE, (name,)).fetchone()
        if found:
            return found
    raise NotFound(
        f"there is no indicator {name}",
        next_step="See docs/data-dictionary.md for their names, and build a month first",
    )


def recomputed(
    connection: psycopg.Connection,
    described: Indicator,
    scope: Scope,
    parts: tuple[Part, ...],
    *,
    division: str,
) -> Decimal | None:
    """Return what the rows come to by the indicator's formula; None for a ratio without denominator."""
    above = sum((part.value for part in parts if part.role == "numerator"), Decimal(0))
    if described.indicator == DUPLICATES:
        return _over_counties(connection, city=division) - above
    if described.denominator is None:
        return above
    below = sum((part.value for part in parts if part.role == "denominator"), Decimal(0))
    if not below or (described.is_pension_only and scope.scheme not in PENSIONS):
        return None
    return half_up(above * described.factor / below, 2)


def _parts(connection: psycopg.Connection, described: Indicator, scope: Scope) -> tuple[Part, ...]:
    roles = _roles(described)
    keep_rows(connection, tuple(roles), scope)
    found = {
        measure: Part(measure, "", rows, persons, amount)
        for measure, rows, persons, amount in connection.execute(_KEPT)
    }
    return tuple(
        replace(found.get(measure, Part(measure, "", 0, 0, None)), role=role)
        for measure, role in roles.items()
    )


def _roles(described: Indicator) -> dict[str, str]:
    """Return measure -> numerator or denominator."""
    roles = dict.fromkeys(described.measures(described.measure), "numerator")
    for measure in described.measures(described.denominator):
        roles.setdefault(measure, "denominator")
    return roles


def _over_counties(connection: psycopg.Connection, *, city: str) -> Decimal:
    """Return the insured of a city's counties, each county counting its own."""
    query = "select count(distinct (measure, division, person_id)) from traced_rows where division <> %s"
    return Decimal(connection.execute(query, (city,)).fetchone()[0])


def _figure(
    connection: psycopg.Connection, indicator: str, month: str, division: str, scheme: str, breakdown: str
) -> Decimal | None:
    asked = (month, division, scheme, breakdown, indicator)
    is_built = _is_built(connection, "statistical_ledger.indicators")
    found = is_built and connection.execute(_FIGURE, asked).fetchone()
    if not found:
        raise NotFound(
            f"there is no figure {indicator} of {month} for {division}, {scheme}"
            + (f", {breakdown}" if breakdown else ""),
            next_step=f"Check division, scheme and breakdown, or run fundwatch build --month {month}",
        )
    return found[0]


def _published(
    connection: psycopg.Connection, indicator: str, month: str, division: str, scheme: str, breakdown: str
) -> tuple[int | None, Decimal | None]:
    """Return the publication that shows the figure now, and what it states."""
    asked = (month, division, scheme, breakdown, indicator)
    return connection.execute(_PUBLISHED, asked).fetchone() or (None, None)


def _is_built(connection: psycopg.Connection, relation: str) -> bool:
    return connection.execute("select to_regclass(%s) is not null", (relation,)).fetchone()[0]
