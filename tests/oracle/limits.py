"""Floor and cap of a contribution base: published values, else ratio × average wage."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from tests.oracle.ledgers import Enrolment
from tests.oracle.production import Batch
from tests.oracle.site import Site, number
from tests.oracle.values import month


@dataclass(frozen=True)
class Limits:
    """Floor and cap in yuan a month; ``published`` the month the wage year's average came out."""

    floor: Decimal
    cap: Decimal
    published: str | None = None
    last_year: Limits | None = None


def limits_in_force(batch: Batch, enrolment: Enrolment, at: str) -> Limits | None:
    """Find the limits for a month at the enrolment's division, scheme and identity.

    "Published ``floor``, ``cap`` win over ratio × wage. Last year's limits are the same ratios on
    the wage year before." None where a value is missing.
    """
    division = batch.own_division(enrolment.written_division)
    keys = (("scheme", enrolment.scheme), ("identity", enrolment.identity))
    row = batch.site.look_up("contribution_limits", division, at, keys)
    if row is None:
        return None
    year, kind = row.get("wage_year"), row.get("wage_kind")
    wage = _wage(batch.site, division, year, kind)
    monthly = number(wage["monthly_wage"]) if wage else None
    by_ratio = _by_ratio(row, monthly)
    floor = number(row.get("floor")) or (by_ratio.floor if by_ratio else None)
    cap = number(row.get("cap")) or (by_ratio.cap if by_ratio else None)
    if floor is None or cap is None:
        return None
    before = _wage(batch.site, division, str(int(year) - 1), kind) if year else None
    return Limits(
        floor=floor,
        cap=cap,
        published=month(wage.get("published_month")) if wage else None,
        last_year=_by_ratio(row, number(before["monthly_wage"]) if before else None),
    )


def _wage(site: Site, division: str, year: str | None, kind: str | None) -> dict[str, str | None] | None:
    if year is None:
        return None
    return site.look_up("average_wages", division, None, (("year", year), ("wage_kind", kind)))


def _by_ratio(row: dict[str, str | None], wage: Decimal | None) -> Limits | None:
    floor, cap = number(row.get("floor_ratio")), number(row.get("cap_ratio"))
    if wage is None or floor is None or cap is None:
        return None
    return Limits(floor=floor * wage, cap=cap * wage)
