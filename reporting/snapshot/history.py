"""Figures of earlier months, for trends and comparisons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import psycopg

from fundwatch.months import add_months

# The months a year on year comparison of a quarter's flow reaches back: the same quarter of the year before.
REACH = 15
# A trend shows this many months, the published one included.
TREND_MONTHS = 12
QUARTER_ENDS = ("03", "06", "09", "12")
INDICATORS = (
    "insured_persons", "insured_workers", "insured_retirees", "new_enrolments",
    "contributions_due", "contributions_received", "contributions_received_ytd", "collection_rate",
    "benefits_paid", "benefits_paid_ytd", "average_benefit",
)  # fmt: skip


@dataclass(frozen=True)
class Observation:
    """One indicator of one month; ``value`` is None for a ratio without denominator."""

    month: str
    division: str
    scheme: str
    breakdown: str
    indicator: str
    value: Decimal | None


class Series:
    """Lookup of observations; a month that was not built has none."""

    def __init__(self, observations: Iterable[Observation]) -> None:
        """Index the observations; of two with the same key the last one counts."""
        self._by_key: Mapping[tuple[str, ...], Decimal | None] = {
            (row.month, row.division, row.scheme, row.breakdown, row.indicator): row.value
            for row in observations
        }

    def value(
        self, indicator: str, *, month: str, division: str, scheme: str = "ALL", breakdown: str = ""
    ) -> Decimal | None:
        """Return a figure; None where the month was not built or the figure is empty."""
        return self._by_key.get((month, division, scheme, breakdown, indicator))

    def breakdowns(self, indicator: str, *, month: str, division: str) -> dict[str, Decimal]:
        """Return the parts of a figure over all schemes, by breakdown; empty where it is not broken down."""
        return {
            breakdown: value
            for (m, d, s, breakdown, i), value in sorted(self._by_key.items())
            if (m, d, s, i) == (month, division, "ALL", indicator) and breakdown and value is not None
        }


def last_months(month: str, count: int) -> tuple[str, ...]:
    """Return ``count`` months in order, the last being ``month``."""
    return tuple(add_months(month, -back) for back in reversed(range(count)))


def since_first(months: Sequence[str], *courses: Sequence[Decimal | None]) -> tuple[str, ...]:
    """Return the months from the first one on of which any course has a figure."""
    has_figure = [any(course[at] is not None for course in courses) for at in range(len(months))]
    return tuple(months[has_figure.index(True) :]) if any(has_figure) else ()


def history_of(connection: psycopg.Connection, *, month: str, site_version: str) -> tuple[Observation, ...]:
    """Read the months up to ``month`` from their latest builds.

    Source: statistical_ledger.indicators; the cities of the site by scheme, its counties over all schemes,
            and of the month itself the persons insured in a city by sex and age.
    """
    ((relation,),) = connection.execute("select to_regclass('statistical_ledger.indicators')")
    if relation is None:
        return ()
    rows = connection.execute(
        "select i.month, i.division, i.scheme, i.breakdown, i.indicator, i.value"
        " from statistical_ledger.indicators as i inner join site.divisions as d"
        " on d.division = i.division and d._site_version = %(site)s"
        " where i.month between %(first)s and %(month)s and i.indicator = any(%(indicators)s) and ("
        " i.breakdown = '' and (d.level = 'city' or d.level = 'county' and i.scheme = 'ALL')"
        " or i.breakdown like 'sex=%%;age=%%' and i.indicator = 'insured_persons' and d.level = 'city'"
        " and i.scheme = 'ALL' and i.month = %(month)s)"
        " order by 1, 2, 3, 4, 5",
        {
            "site": site_version, "month": month, "first": add_months(month, -REACH),
            "indicators": list(INDICATORS),
        },
    )  # fmt: skip
    return tuple(Observation(*row) for row in rows)
