"""The rates of fund data: arrival of its files, filled columns, agreement with the ledgers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import reduce
from operator import or_

import psycopg

from expectations.rates.business import Rate
from expectations.rates.fund_formats import FUND_FORMATS
from expectations.site_parameters import SiteParameters
from expectations.sql import is_placeholder, quoted, read
from fundwatch.calendar import Arrival, arrivals, due_files
from fundwatch.catalogue import PLACEHOLDER_KINDS, Column
from fundwatch.months import last_day

FEEDS = ("tax", "bank", "finance")
# The format whose vouchers are matched with the contributions that arrived.
_REVIEWED = "tax-voucher-csv/1"
# Share of vouchers reviewed: all of them, those collected before this year, and this year's.
_REVIEW_RATES: dict[str, tuple[bool, ...]] = {
    "arrival_review_rate": (True, False),
    "arrival_review_rate_earlier_years": (True,),
    "arrival_review_rate_this_year": (False,),
}

_Part = tuple[Decimal | None, Decimal | None]
_UNKNOWN: _Part = (None, None)


def fund_rates(
    connection: psycopg.Connection, *, site: SiteParameters, site_version: str, month: str, timezone: str
) -> Iterator[Rate]:
    """Yield the rates of each format that is due for a month; reconcile first.

    Source: the feed calendar (site.senders, site.calendar), ops.files and landing; review_rates and
            accuracy_counts of reconciliation. A later file of the month is counted by the next measurement.
    Shape:  ``load_rate``, ``timeliness``, ``completeness`` and ``accuracy`` for the city, over all its
            senders, and for each county that sends the format; the rates of arrival review for tax vouchers.
            ``timeliness`` has no denominator where the calendar names no day, ``completeness`` where nothing
            is loaded, ``accuracy`` and the review where nothing was compared. A sender listed without a
            format is in no format's rate; ``fundwatch status`` shows it.
    """
    due = due_files(connection, site_version=site_version, months=[month])
    expected = [
        arrival
        for arrival in arrivals(connection, due, on=last_day(month), timezone=timezone)
        if arrival.due.feed in FEEDS
    ]
    for layout in dict.fromkeys(arrival.due.format for arrival in expected):
        if not layout:
            continue
        files = [arrival for arrival in expected if arrival.due.format == layout]
        by_county = {
            county: [arrival for arrival in files if arrival.due.division == county]
            for county in site.counties
        }
        filled = _filled(connection, layout, month)
        reviewed = _reviewed(connection, month) if layout == _REVIEWED else {}
        compared = (
            [(division, counts) for (division, _), counts in reviewed.items()]
            if layout == _REVIEWED
            else list(_compared(connection, layout, month).items())
        )
        for division, own in {site.city: files, **by_county}.items():
            if not own:
                continue
            inside = None if division == site.city else division
            parts = _arrived(own)
            parts["completeness"] = _completeness(filled, layout, inside)
            parts["accuracy"] = _sum(compared, inside)
            if layout == _REVIEWED:
                for metric, years in _REVIEW_RATES.items():
                    parts[metric] = _sum(
                        [
                            (place, counts)
                            for (place, earlier), counts in reviewed.items()
                            if earlier in years
                        ],
                        inside,
                    )
            for metric, part in parts.items():
                yield Rate(division, layout, metric, *part)


def _arrived(files: Sequence[Arrival]) -> dict[str, _Part]:
    due = Decimal(len(files))
    loaded = Decimal(sum(file.is_delivered for file in files))
    has_days = all(file.is_timely is not None for file in files)
    # What was sent in addition was due by the same day.
    in_time, sent = sum(file.in_time for file in files), sum(max(file.loaded, 1) for file in files)
    timeliness = (Decimal(in_time), Decimal(sent)) if has_days else _UNKNOWN
    return {"load_rate": (loaded, due), "timeliness": timeliness}


def _filled(connection: psycopg.Connection, layout: str, month: str) -> dict[str, int]:
    """Return the required columns that hold a value in the month's files, as bits, by the file's division."""
    fund_format = FUND_FORMATS.get(layout)
    if fund_format is None:
        return {}
    bits = " + ".join(
        f"({_holds_value(column)})::integer * {1 << place}"
        for place, column in enumerate(fund_format.required)
    )
    rows = connection.execute(
        f"select files.division, coalesce(bit_or({bits}), 0)"
        f" from ops.files as files left join landing.{fund_format.table} as landed"
        " on landed._file_id = files.file_id"
        " where files.state = 'loaded' and files.format = %s and files.month = %s group by files.division",
        (layout, month),
    )
    return dict(rows.fetchall())


def _holds_value(column: Column) -> str:
    value = read(column, f'landed."{column.name}"')
    if column.kind not in PLACEHOLDER_KINDS:
        return f"{value} is not null"
    return f"{value} is not null and not {is_placeholder(value)}"


def _completeness(filled: Mapping[str, int], layout: str, inside: str | None) -> _Part:
    own = [bits for division, bits in filled.items() if inside in (None, division)]
    if not own:
        return _UNKNOWN
    filled_columns = reduce(or_, own).bit_count()
    return Decimal(filled_columns), Decimal(len(FUND_FORMATS[layout].required))


def _compared(connection: psycopg.Connection, layout: str, month: str) -> dict[str | None, tuple[int, int]]:
    """Return the items of a format that equal their counterpart, and all compared, by division.

    Nothing is known of a month that was not reconciled.
    """
    if not _exists(connection, "reconciliation.accuracy_counts"):
        return {}
    rows = connection.execute(
        "select division, sum(equal_count), sum(item_count) from reconciliation.accuracy_counts"
        f" where month = {quoted(month)} and format = {quoted(layout)} group by division"
    )
    return {division: (int(equal), int(total)) for division, equal, total in rows}


def _reviewed(connection: psycopg.Connection, month: str) -> dict[tuple[str | None, bool], tuple[int, int]]:
    """Return the vouchers matched and all of them, by division and whether of an earlier year."""
    if not _exists(connection, "reconciliation.review_rates"):
        return {}
    rows = connection.execute(
        "select division, is_of_earlier_year, matched_count, voucher_count from reconciliation.review_rates"
        f" where month = {quoted(month)}"
    )
    return {(division, earlier): (matched, total) for division, earlier, matched, total in rows}


def _exists(connection: psycopg.Connection, relation: str) -> bool:
    [(exists,)] = connection.execute("select to_regclass(%s) is not null", (relation,))
    return exists


def _sum(by_division: Iterable[tuple[str | None, tuple[int, int]]], inside: str | None) -> _Part:
    """Sum the counts of a division, or of all; unknown where there are none."""
    own = [counts for division, counts in by_division if inside in (None, division)]
    if not own:
        return _UNKNOWN
    return Decimal(sum(matched for matched, _ in own)), Decimal(sum(total for _, total in own))
