"""Working days: the public holidays and make-up days of mainland China, as the site corrects them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from typing import TYPE_CHECKING

import psycopg

if TYPE_CHECKING:
    from holidays import HolidayBase

KNOWN_YEARS = range(2001, 2027)
"""Years whose holidays and make-up days are known: the State Council's yearly notices
(国务院办公厅关于部分节假日安排的通知) for 2001 to 2026, as the package holidays 0.109 holds them. Of other
years weekends alone are known."""

_YES = frozenset({"1", "true", "t", "yes", "y", "是"})
_SATURDAY = 5
_NO = frozenset({"0", "false", "f", "no", "n", "否"})


@dataclass(frozen=True)
class WorkingDays:
    """Knows whether a day is worked; ``overrides`` (working_days.csv) go before the holiday calendar."""

    overrides: Mapping[date, bool]

    @classmethod
    def read(cls, connection: psycopg.Connection, site_version: str) -> WorkingDays:
        """Read the site's overrides; a row whose day or flag cannot be read overrides nothing."""
        rows = connection.execute(
            "select day, is_working from site.working_days where _site_version = %s order by _row",
            (site_version,),
        )
        read = ((_day(day), (flag or "").strip().lower()) for day, flag in rows)
        return cls({day: flag in _YES for day, flag in read if day is not None and flag in _YES | _NO})

    def is_known(self, day: date) -> bool:
        """Return whether the rest days of its year are known: by the calendar, or as the site lists them."""
        return day.year in KNOWN_YEARS or day.year in self._listed_years

    @cached_property
    def _listed_years(self) -> frozenset[int]:
        return frozenset(day.year for day in self.overrides)

    def is_working(self, day: date) -> bool:
        """Return whether ``day`` is worked: weekdays but holidays, and weekends worked to make up."""
        if day in self.overrides:
            return self.overrides[day]
        if day.year not in KNOWN_YEARS:
            return day.weekday() < _SATURDAY
        return _holidays(day.year).is_working_day(day)


@cache
def _holidays(year: int) -> HolidayBase:
    # The library takes half a second to import; only who asks about a day pays for it.
    from holidays import country_holidays

    return country_holidays("CN", years=year)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat((text or "").strip())
    except ValueError:
        return None
