"""Floor and cap of a contribution base: published values, else ratio × average wage."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from tests.oracle.ledgers import Enrolment
from tests.oracle.production import Batch
from tests.oracle.site import Site, number
from tests.oracle.values import month, shift

Row = dict[str, str | None]


@dataclass(frozen=True)
class Limits:
    """Floor and cap in yuan a month; ``published`` the month the wage year's average came out."""

    floor: Decimal
    cap: Decimal
    published: str | None = None
    last_year: Limits | None = None


def limits_in_force(batch: Batch, enrolment: Enrolment, at: str) -> Limits | None:
    """Find the limits for a month at the enrolment's division, scheme and identity.

    "Published ``floor``, ``cap`` win over ratio × wage. Last year's limits are the row in force in the month
    before that row's year began, with its own ratios, figures and wage year (none: the same ratios on the
    wage year before)." None where a value is missing.
    """
    division = batch.own_division(enrolment.written_division)
    keys = (("scheme", enrolment.scheme), ("identity", enrolment.identity))
    row = batch.site.look_up("contribution_limits", division, at, keys)
    if row is None:
        return None
    wage = _wage(batch.site, division, row)
    bounds = _bounds(row, wage)
    if bounds is None:
        return None
    return Limits(
        floor=bounds[0],
        cap=bounds[1],
        published=month(wage.get("published_month")) if wage else None,
        last_year=_last_year(batch.site, division, keys, row),
    )


def _last_year(site: Site, division: str, keys: tuple, row: Row) -> Limits | None:
    before: Row | None = row
    while before is not None and before.get("wage_year") == row.get("wage_year"):
        began = month(before.get("valid_from"))
        before = began and site.look_up("contribution_limits", division, shift(began, -1), keys)
    if not before:
        year = row.get("wage_year")
        before = row | {"floor": None, "cap": None, "wage_year": str(int(year) - 1) if year else None}
    bounds = _bounds(before, _wage(site, division, before))
    return None if bounds is None else Limits(*bounds)


def _wage(site: Site, division: str, row: Row) -> Row | None:
    if row.get("wage_year") is None:
        return None
    keys = (("year", row["wage_year"]), ("wage_kind", row.get("wage_kind")))
    return site.look_up("average_wages", division, None, keys)


def _bounds(row: Row, wage: Row | None) -> tuple[Decimal, Decimal] | None:
    """Give floor and cap as published, else by ratio; None where either is unknown."""
    monthly = number(wage["monthly_wage"]) if wage else None
    bounds = []
    for name in ("floor", "cap"):
        ratio = number(row.get(f"{name}_ratio"))
        amount = number(row.get(name)) or (ratio * monthly if ratio and monthly else None)
        if amount is None:
            return None
        bounds.append(amount)
    return bounds[0], bounds[1]
