"""Working days: the public holidays and make-up days of mainland China, as the site corrects them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import psycopg

_YES = frozenset({"1", "true", "t", "yes", "y", "是"})
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

    def is_working(self, day: date) -> bool:
        """Return whether ``day`` is worked: weekdays but holidays, and weekends worked to make up."""
        if day in self.overrides:
            return self.overrides[day]
        # The library takes half a second to import; only who asks about a day pays for it.
        from holidays import country_holidays

        return country_holidays("CN", years=day.year).is_working_day(day)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat((text or "").strip())
    except ValueError:
        return None
