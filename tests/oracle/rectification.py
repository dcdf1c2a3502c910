"""Error lists by docs/rectification.md: each failing row is an issue, followed month by month by hand."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tests.oracle.catalogue import TABLES
from tests.oracle.ledgers import ledgers_of
from tests.oracle.places import Places
from tests.oracle.production import City, city_of
from tests.oracle.rules import RULES, judged
from tests.oracle.site import Site
from tests.oracle.values import last_day, shift

Issue = tuple[str, str, str, int]
"""Table, rule, key, and which of the rows of that key that break the rule, by division."""


@dataclass(frozen=True)
class Listed:
    """An issue as a month's list states it; an issue counts from its ``issued`` month on."""

    division: str
    first_seen: str
    issued: str
    due_on: date | None
    state: str
    corrected_on: date | None = None


def failing(city: City | Path, month: str) -> dict[Issue, str]:
    """Name every row of a month that breaks a rule, with its division."""
    city = city if isinstance(city, City) else city_of(Path(city))
    ledgers = ledgers_of(city.batch(month))
    places = Places(ledgers)
    broken: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for table, rules in RULES.items():
        verdicts = judged(table, ledgers)
        for row in ledgers.batch.landed[table]:
            key = "|".join(getattr(row, column) or "" for column in TABLES[table].key)
            for rule_id, verdict in zip(rules, verdicts[id(row)], strict=True):
                if verdict:
                    broken[table, rule_id, key].append(places.of_row(table, row))
    return {
        (*about, place): division
        for about, divisions in broken.items()
        for place, division in enumerate(sorted(divisions), start=1)
    }


def error_lists(site: Site, by_month: Mapping[str, Mapping[Issue, str]]) -> dict[str, dict[Issue, Listed]]:
    """Follow the issues through the measured months, in order; the as-of day is each month's last."""
    lists: dict[str, dict[Issue, Listed]] = {}
    first_seen: dict[Issue, str] = {}
    former: dict[Issue, Listed] = {}
    for month, issues in sorted(by_month.items()):
        as_of, listed = last_day(month), {}
        for issue, division in issues.items():
            first = first_seen.setdefault(issue, month)
            before = former.get(issue)
            still = before is not None and before.state != "corrected"
            issued, due_on = (before.issued, before.due_on) if still else (month, _due_on(site, month))
            state = "overdue" if due_on is not None and as_of > due_on else "open"
            listed[issue] = Listed(division, first, issued, due_on, state)
        for issue, history in former.items():
            if history.state != "corrected" and issue not in issues:
                listed[issue] = Listed(
                    history.division,
                    history.first_seen,
                    history.issued,
                    history.due_on,
                    "corrected",
                    as_of,
                )
        lists[month] = former = listed
    return lists


def corrected_in_time(
    site: Site, lists: Mapping[str, Mapping[Issue, Listed]], month: str
) -> dict[tuple[str, str], tuple[int, int]]:
    """Count (division, table) -> errors corrected by their due day, errors that were due."""
    counted = [
        (issue, history)
        for at, listed in lists.items()
        for issue, history in listed.items()
        if at == month or (at < month and history.state == "corrected")
    ]
    counts = {
        (division, table): [0, 0] for table in RULES for division in (*site.counties_of(site.city), site.city)
    }
    for (table, *_), history in counted:
        if history.due_on is None or history.due_on > last_day(month):
            continue
        for division in {history.division, site.city}:
            counts[division, table][0] += (
                history.corrected_on is not None and history.corrected_on <= history.due_on
            )
            counts[division, table][1] += 1
    return {place: (corrected, issued) for place, (corrected, issued) in counts.items()}


def as_exported(month: str, listed: Mapping[Issue, Listed]) -> Counter:
    """Give the rows of the export, but for identity and the landed row."""
    return Counter(
        (
            month, history.division, table, rule_id, key, history.first_seen, _text(history.due_on),
            history.state, _text(history.corrected_on), "",
        )
        for (table, rule_id, key, _), history in listed.items()
    )  # fmt: skip


def _due_on(site: Site, month: str) -> date | None:
    for row in site.table("calendar"):
        if row["event"] == "error_list_due" and row["months_after"] and row["day"]:
            end = last_day(shift(month, int(row["months_after"])))
            return end.replace(day=min(end.day, int(row["day"])))
    return None


def _text(day: date | None) -> str:
    return "" if day is None else day.isoformat()
