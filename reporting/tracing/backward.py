"""From a figure to its rows: its definition, its publication, and its value recomputed from the rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

import psycopg

from fundwatch.database.warehouse import Warehouse
from fundwatch.errors import NotFound
from fundwatch.months import parse_month
from fundwatch.rounding import half_up
from reporting.tracing.rows import counts_persons
from reporting.tracing.scope import PENSIONS, Scope, scope_of
from reporting.tracing.stream import Row, first_rows, store_rows

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
_TOTALS = "select measure, count(*), count(distinct person_id), sum(amount) from traced_rows group by measure"


@dataclass(frozen=True)
class Indicator:
    """One row of the catalogue; a ratio has a denominator; ``parts`` maps a sum to its measures."""

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
        """Return the measures that a measure sums up; itself when it is no sum."""
        if name is None:
            return ()
        return self.parts.get(name, (name,))


@dataclass(frozen=True)
class Part:
    """The rows of one measure: their number, their distinct persons, their amount (yuan)."""

    measure: str
    role: str
    rows: int
    persons: int
    amount: Decimal | None

    @property
    def value(self) -> Decimal:
        """The value of the measure: distinct persons, or the sum of amounts."""
        return Decimal(self.persons) if counts_persons(self.measure) else (self.amount or Decimal(0))


@dataclass(frozen=True)
class Trace:
    """A figure as built, as published (None: not published) and as recomputed from its rows."""

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
        """Whether the recomputed value equals the figure."""
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
    """Trace one cell to its rows in the business ledgers, and these to their landed files.

    Source: statistical_ledger.indicators, business_ledger, ops.files, ops.publications.
    Shape:  the ``first`` rows by measure, ledger and key; counts and sums over all of them.
    Raises: NotFound (no such indicator, division, or the month is not built).
    """
    with warehouse.connect() as connection:
        definition = indicator_of(connection, indicator)
        value = _figure(connection, indicator, parse_month(month), division, scheme, breakdown)
        scope = scope_of(
            connection, month=month, division=division, scheme=scheme, breakdown=breakdown,
            since_january=definition.kind == "ytd",
        )  # fmt: skip
        parts = () if value is None and not definition.denominator else _parts(connection, definition, scope)
        publication, published = _published(connection, indicator, month, division, scheme, breakdown)
        return Trace(
            indicator, definition.label_zh, definition.label_en, definition.formula_zh, definition.formula_en,
            month, division, scheme, breakdown, value, definition.unit, definition.kind,
            publication, published,
            recomputed(connection, definition, scope, parts, division=division) if parts else None,
            parts, first_rows(connection, limit=first) if parts else (),
        )  # fmt: skip


def measures_of(
    warehouse: Warehouse, *, indicator: str, month: str, division: str, scheme: str, breakdown: str = ""
) -> tuple[tuple[str, ...], Scope]:
    """Return the measures of a cell and the scope of its rows, to stream them.

    Raises: NotFound, as ``trace`` does.
    """
    with warehouse.connect() as connection:
        definition = indicator_of(connection, indicator)
        _figure(connection, indicator, parse_month(month), division, scheme, breakdown)
        scope = scope_of(
            connection, month=month, division=division, scheme=scheme, breakdown=breakdown,
            since_january=definition.kind == "ytd",
        )  # fmt: skip
    return tuple(_roles(definition)), scope


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
        row = connection.execute(_CATALOGUE, (name,)).fetchone()
        if row:
            columns = (*row, parts)
            return Indicator(*columns)
    raise NotFound(
        f"there is no indicator {name}",
        next_step="See docs/data-dictionary.md for their names, and build a month first",
    )


def recomputed(
    connection: psycopg.Connection,
    definition: Indicator,
    scope: Scope,
    parts: tuple[Part, ...],
    *,
    division: str,
) -> Decimal | None:
    """Return the indicator's formula applied to its rows; None for a ratio without denominator."""
    above = sum((part.value for part in parts if part.role == "numerator"), Decimal(0))
    if definition.indicator == DUPLICATES:
        return _over_counties(connection, city=division) - above
    if definition.denominator is None:
        return above
    below = sum((part.value for part in parts if part.role == "denominator"), Decimal(0))
    if not below or (definition.is_pension_only and scope.scheme not in PENSIONS):
        return None
    return half_up(above * definition.factor / below, 2)


def _parts(connection: psycopg.Connection, definition: Indicator, scope: Scope) -> tuple[Part, ...]:
    roles = _roles(definition)
    store_rows(connection, tuple(roles), scope)
    parts = {
        measure: Part(measure, "", rows, persons, amount)
        for measure, rows, persons, amount in connection.execute(_TOTALS)
    }
    return tuple(
        replace(parts.get(measure, Part(measure, "", 0, 0, None)), role=role)
        for measure, role in roles.items()
    )


def _roles(definition: Indicator) -> dict[str, str]:
    """Return measure -> numerator or denominator."""
    roles = dict.fromkeys(definition.measures(definition.measure), "numerator")
    for measure in definition.measures(definition.denominator):
        roles.setdefault(measure, "denominator")
    return roles


def _over_counties(connection: psycopg.Connection, *, city: str) -> Decimal:
    """Return the sum over a city's counties of the insured of each."""
    query = "select count(distinct (measure, division, person_id)) from traced_rows where division <> %s"
    ((insured,),) = connection.execute(query, (city,))
    return Decimal(insured)


def _figure(
    connection: psycopg.Connection, indicator: str, month: str, division: str, scheme: str, breakdown: str
) -> Decimal | None:
    key = (month, division, scheme, breakdown, indicator)
    is_built = _is_built(connection, "statistical_ledger.indicators")
    row = connection.execute(_FIGURE, key).fetchone() if is_built else None
    if row is None:
        raise NotFound(
            f"there is no figure {indicator} of {month} for {division}, {scheme}"
            + (f", {breakdown}" if breakdown else ""),
            next_step=f"Check division, scheme and breakdown, or run fundwatch build --month {month}",
        )
    value: Decimal | None = row[0]
    return value


def _published(
    connection: psycopg.Connection, indicator: str, month: str, division: str, scheme: str, breakdown: str
) -> tuple[int | None, Decimal | None]:
    """Return the current publication that has the figure, and its value there."""
    key = (month, division, scheme, breakdown, indicator)
    return connection.execute(_PUBLISHED, key).fetchone() or (None, None)


def _is_built(connection: psycopg.Connection, relation: str) -> bool:
    ((is_built,),) = connection.execute("select to_regclass(%s) is not null", (relation,))
    return bool(is_built)
