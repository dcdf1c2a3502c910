"""How files of fund data arrive, by the formulas of docs/quality.md: files due, loaded, and in time."""

from __future__ import annotations

import calendar
import hashlib
import json
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

from tests.oracle.production import City, city_of

Rate = tuple[int, int]
FUND_FEEDS = ("tax", "bank", "finance")
_CHINA = timezone(timedelta(hours=8))


def arrival_rates(city: City | Path, month: str) -> dict[tuple[str, str, str, str], Rate]:
    """Measure load_rate and timeliness of every format somebody is listed to send.

    Shape: (month, division, format, metric) -> (numerator, denominator), for the city and each sending
           county. A file counts as loaded when its bytes are those its manifest promises: cities whose
           files are refused for what is in them are not for this measure.
    """
    city = city if isinstance(city, City) else city_of(Path(city))
    rates: dict[tuple[str, str, str, str], list[int]] = {}
    senders = {(row["feed"], row["format"], row["division"]) for row in city.site.table("senders")}
    for feed, layout, division in sorted(senders, key=str):
        if feed not in FUND_FEEDS or layout is None:
            continue
        made = _made_on(city, feed, layout, division, month)
        timely = sum(day <= _due_day(city, feed, month) for day in made)
        for place in dict.fromkeys((division, city.site.city)):
            counted = {"load_rate": (bool(made), 1), "timeliness": (timely, max(len(made), 1))}
            for metric, (met, due) in counted.items():
                rate = rates.setdefault((month, place, layout, metric), [0, 0])
                rate[0] += met
                rate[1] += due
    return {key: (numerator, denominator) for key, (numerator, denominator) in rates.items()}


def _made_on(city: City, feed: str, layout: str, division: str | None, month: str) -> list[date]:
    """List the days on which the files of a sender's month were made."""
    days = []
    for path in sorted((city.folder / "inbox" / feed).glob("*.manifest.json")):
        claims = json.loads(path.read_bytes())
        data = path.with_name(path.name.removesuffix(".manifest.json"))
        fits = (claims["format"], claims["month"], claims["replaces"]) == (layout, month, None)
        fits = fits and division in (None, claims["division"])
        if fits and data.exists() and hashlib.sha256(data.read_bytes()).hexdigest() == claims["sha256"]:
            days.append(datetime.fromisoformat(claims["created_at"]).astimezone(_CHINA).date())
    return days


def _due_day(city: City, feed: str, month: str) -> date:
    (row,) = (row for row in city.site.table("calendar") if row["event"] == f"file_due:{feed}")
    serial = int(month[:4]) * 12 + int(month[5:]) - 1 + int(row["months_after"] or 0)
    year, number = serial // 12, serial % 12 + 1
    return date(year, number, min(int(row["day"] or 0), calendar.monthrange(year, number)[1]))
