"""The site's parameters for the measures: divisions, code maps, and values looked up by division."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cached_property

import psycopg
from psycopg.rows import dict_row

from fundwatch.cleaning import MISSING, code
from fundwatch.errors import SiteIncomplete

Row = Mapping[str, str | None]

_TABLES = (
    "divisions", "average_wages", "contribution_limits", "contribution_rates", "targets", "code_map",
    "thresholds",
)  # fmt: skip
_MONTH = re.compile(r"([0-9]{4})-?(0[1-9]|1[0-2])")
_FOLD = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


@dataclass(frozen=True)
class SiteParameters:
    """The parameters of one site version; cells are trimmed text, null where empty."""

    tables: Mapping[str, list[Row]]
    _fitting: dict[tuple, list[Row]] = field(default_factory=dict, repr=False)

    @cached_property
    def city(self) -> str:
        """The site's city.

        Raises: SiteIncomplete when divisions.csv names none.
        """
        cities = self._of_level("city")
        if not cities:
            raise SiteIncomplete(
                "the site file divisions.csv names no division of level city",
                next_step="Add the city, its counties' parent",
            )
        return cities[0]

    @cached_property
    def counties(self) -> list[str]:
        """The site's counties, in code order."""
        return self._of_level("county")

    @cached_property
    def divisions(self) -> frozenset[str]:
        """Every division of the site, of any level."""
        return frozenset(self._parents)

    def chain(self, division: str | None) -> tuple[str, ...]:
        """Return a division of the site and its parents, nearest first; empty for any other value."""
        above: list[str] = []
        while division in self._parents and division not in above:
            above.append(division)
            division = self._parents[division]
        return tuple(above)

    def code_map(self, month: str) -> dict[tuple[str, str], str]:
        """Map (class, raw value) of the production database to standard codes, as valid in ``month``."""
        return {
            (name.upper(), raw): standard
            for row in sorted(self.tables["code_map"], key=_code_map_order)
            if row["source"] in (None, "production")
            and (name := row["class"]) is not None
            and (raw := row["raw"]) is not None
            and (standard := row["standard"]) is not None
            and is_valid_in(row, month)
        }

    def look_up(
        self, file: str, /, *, division: str | None, month: str | None = None, **keys: str | None
    ) -> Row | None:
        """Return the row of a file valid for a division: its own, its city's, its province's, then any.

        An empty key cell means "any"; among rows of one division the most filled keys win, then the
        latest ``valid_from``. ``month`` None: the file has no validity.
        """
        request = (file, division, *sorted(keys.items()))
        if request not in self._fitting:
            self._fitting[request] = self._best_first(file, division, keys)
        return next((row for row in self._fitting[request] if month is None or is_valid_in(row, month)), None)

    def _best_first(self, file: str, division: str | None, keys: Mapping[str, str | None]) -> list[Row]:
        """List the rows that fit a division and keys: nearest division, most filled keys, latest first."""
        ranks = {place: rank for rank, place in enumerate((*self.chain(division), None))}
        fitting = [
            row
            for row in self.tables[file]
            if row["division"] in ranks and all(row[key] in (None, value) for key, value in keys.items())
        ]
        fitting.sort(key=lambda row: month_of(row.get("valid_from")) or "", reverse=True)
        fitting.sort(key=lambda row: (ranks[row["division"]], sum(row[key] is None for key in keys)))
        return fitting

    @cached_property
    def _parents(self) -> dict[str, str | None]:
        return {row["division"]: row["parent"] for row in self.tables["divisions"] if row["division"]}

    def _of_level(self, level: str) -> list[str]:
        rows = self.tables["divisions"]
        return sorted(row["division"] for row in rows if row["division"] and row["level"] == level)


def read_site_parameters(connection: psycopg.Connection, site_version: str) -> SiteParameters:
    """Read the parameters the measures need from ``site.<file>`` of one version, in file order."""
    tables = {}
    for name in _TABLES:
        with connection.cursor(row_factory=dict_row) as cursor:
            cursor.execute(
                f"select * from site.{name} where _site_version = %s order by _row", (site_version,)
            )
            tables[name] = [_cleaned(row) for row in cursor]
    return SiteParameters(tables=tables)


def month_of(text: str | None) -> str | None:
    """Return a site month (``YYYY-MM`` or ``YYYYMM``) as ``YYYY-MM``, else None."""
    match = _MONTH.fullmatch(text) if text else None
    return f"{match[1]}-{match[2]}" if match else None


def is_valid_in(row: Row, month: str) -> bool:
    """Whether ``valid_from`` to ``valid_to`` (inclusive, empty = open) holds ``month``."""
    first, last = month_of(row["valid_from"]), month_of(row["valid_to"])
    return (first is None or first <= month) and (last is None or month <= last)


def number(text: str | None) -> Decimal | None:
    """Return a parameter as an exact number; None where it is empty or no number, and so not checked."""
    try:
        value = None if text is None else Decimal(text.translate(_FOLD))
    except InvalidOperation:
        return None
    return value if value is None or value.is_finite() else None


def _cleaned(row: Row) -> Row:
    return {
        name: clean(value) if isinstance(value, str) else value
        for name, value in row.items()
        if not name.startswith("_")
    }


def _code_map_order(row: Row) -> tuple[bool, str]:
    """Order rows so that the one that wins comes last: a named source, then the latest ``valid_from``."""
    return row["source"] is not None, row["valid_from"] or ""


def clean(text: str) -> str | None:
    """Clean a value as the data it is compared with; a missing value becomes None."""
    cleaned = code(text)
    return None if cleaned in MISSING else cleaned
