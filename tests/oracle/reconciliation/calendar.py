"""Working days: the State Council's calendar by the package ``holidays``, as the site overrides it."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

from holidays import country_holidays

from tests.oracle.site import Site
from tests.oracle.values import day

FIRST_KNOWN, LAST_KNOWN = 2001, 2026
_SATURDAY = 5


class Calendar:
    """Tells working days of a site."""

    def __init__(self, site: Site) -> None:
        self.overrides = {
            day(row["day"]): row["is_working"] == "1"
            for row in site.table("working_days")
            if day(row["day"]) is not None and row["is_working"] in ("0", "1")
        }
        self.listed = {when.year for when in self.overrides}

    def is_known(self, year: int) -> bool:
        """Tell a year whose rest days are known."""
        return FIRST_KNOWN <= year <= LAST_KNOWN or year in self.listed

    def is_working(self, when: date) -> bool:
        """Tell a working day; of years unknown all but Saturdays and Sundays."""
        if when in self.overrides:
            return self.overrides[when]
        if not FIRST_KNOWN <= when.year <= LAST_KNOWN:
            return when.weekday() < _SATURDAY
        return _year(when.year).is_working_day(when)

    def after(self, first: date, last: date) -> int | None:
        """Count working days after a day up to and with another; None where a year is not known."""
        days = [first + timedelta(number) for number in range(1, (last - first).days + 1)]
        if not all(self.is_known(when.year) for when in days):
            return None
        return sum(self.is_working(when) for when in days)

    def last_working(self, when: date) -> date:
        """Name the last working day up to a day."""
        while not self.is_working(when):
            when -= timedelta(1)
        return when

    def moved(self, when: date) -> date:
        """Move a rest day to the next working day."""
        while not self.is_working(when):
            when += timedelta(1)
        return when


@cache
def _year(year: int):
    return country_holidays("CN", years=year)
