"""The scope of a trace: a month, an area, a scheme, a breakdown, or one person or employer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import psycopg

from fundwatch.errors import NotFound
from fundwatch.months import add_months, parse_month

ALL = "ALL"
PENSIONS = ("110", "120", "170")
# County, city, province.
_LEVELS = 3
# Scheme -> the pensions that make a person retired in it.
RETIRED_BY = {"110": ("110",), "120": ("120",), "170": ("170",), "310": ("110", "120"), "390": ("110", "120")}


@dataclass(frozen=True)
class Scope:
    """Rows of ``divisions`` (None: of all) in ``scheme`` or ALL, for the months ``first_month`` to ``month``.

    ``person`` and ``employer`` narrow it to the rows of one of them.
    """

    month: str
    scheme: str
    divisions: tuple[str, ...] | None = None
    breakdown: str = ""
    since_january: bool = False
    person: str | None = None
    employer: str | None = None

    @property
    def first_month(self) -> str:
        """January for a figure of the year to date, else the month."""
        return f"{self.month[:4]}-01" if self.since_january else self.month

    @property
    def month_before(self) -> Scope:
        """The same scope a month earlier."""
        return replace(self, month=add_months(self.month, -1))

    @property
    def bound(self) -> dict[str, object]:
        """The parameters of the statements; months are written into the statements themselves."""
        return {
            "scheme": self.scheme,
            "divisions": None if self.divisions is None else list(self.divisions),
            "person": self.person,
            "employer": self.employer,
            "kind": self.breakdown.removeprefix("kind="),
            "band": self.breakdown,
        }


def scope_of(
    connection: psycopg.Connection,
    *,
    month: str,
    division: str,
    scheme: str,
    breakdown: str = "",
    since_january: bool = False,
) -> Scope:
    """Return the scope of a cell: its division with all divisions inside it.

    Raises: NotFound when the site the month was built on has no such division.
    """
    inside = divisions_within(connection, month=parse_month(month), division=division)
    if not inside:
        raise NotFound(
            f"the site of {month} has no division {division}",
            next_step="Give a six-digit division of divisions.csv, and a month that is built",
        )
    return Scope(month, scheme, inside, breakdown, since_january)


def divisions_within(connection: psycopg.Connection, *, month: str, division: str) -> tuple[str, ...]:
    """Return a division and all divisions inside it, two levels down."""
    parents = _parents(connection, month)
    return tuple(sorted(inner for inner in parents if division in _line(inner, parents)))


def areas_above(connection: psycopg.Connection, *, month: str, division: str) -> tuple[str, ...]:
    """Return a division and the areas above it that the site names, upwards."""
    parents = _parents(connection, month)
    return tuple(area for area in _line(division, parents) if area in parents)


def _line(division: str, parents: dict[str, str | None]) -> Iterator[str]:
    seen: set[str] = set()
    while division and division not in seen and len(seen) < _LEVELS:
        seen.add(division)
        yield division
        division = parents.get(division) or ""


def _parents(connection: psycopg.Connection, month: str) -> dict[str, str | None]:
    rows = connection.execute(
        "select division, parent from site.divisions where _site_version = ("
        " select site_version from ops.runs where month = %s and step = 'build' and outcome = 'done'"
        " order by run_id desc limit 1)",
        (month,),
    )
    return dict(rows.fetchall())
