"""The rates of fund data: how its files arrive, how filled they are, how far they agree with the ledgers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

import psycopg

from expectations.rates.business import Rate
from expectations.rates.fund_formats import FUND_FORMATS
from expectations.site import Site
from expectations.sql import cleaned, is_folded, is_placeholder, quoted
from fundwatch.calendar import Arrival, arrivals, due_files
from fundwatch.catalogue import PLACEHOLDER_KINDS, Column
from fundwatch.months import last_day

FEEDS = ("tax", "bank", "finance")
# The format whose vouchers are set against the contributions that arrived.
_REVIEWED = "tax-voucher-csv/1"
# Share of vouchers reviewed: all of them, those collected before this year, and this year's.
_REVIEW_RATES: dict[str, tuple[bool, ...]] = {
    "arrival_review_rate": (True, False),
    "arrival_review_rate_earlier_years": (True,),
    "arrival_review_rate_this_year": (False,),
}

_Part = tuple[Decimal | None, Decimal | None]
_NOT_KNOWN: _Part = (None, None)


def fund_rates(
    connection: psycopg.Connection, *, site: Site, site_version: str, month: str, timezone: str
) -> Iterator[Rate]:
    """Yield the rates of each format that is due for a month; reconcile first.

    Source: the feed calendar (site.senders, site.calendar), ops.files and landing; reconciliation.results
            and review_rates. A later file of the month is counted by the next measurement.
    Shape:  ``load_rate``, ``timeliness``, ``completeness`` and ``accuracy`` for the city, over all its
            senders, and for each county that sends the format; the rates of arrival review for tax vouchers.
            ``timeliness`` has no denominator where the calendar names no day, ``completeness`` where nothing
            is loaded, ``accuracy`` and the review where nothing was compared. A sender listed without a
            format is in no format's rate; ``fundwatch status`` shows it.
    """
    due = due_files(connection, site_version=site_version, months=[month])
    found = arrivals(connection, due, on=last_day(month), timezone=timezone)
    for layout in dict.fromkeys(one.due.format for one in found if one.due.feed in FEEDS):
        if not layout:
            continue
        sent = [one for one in found if one.due.format == layout and one.due.feed in FEEDS]
        senders = {county: [one for one in sent if one.due.division == county] for county in site.counties}
        filled = _filled(connection, layout, month)
        compared, reviewed = (
            (_compared(connection, month), _reviewed(connection, month)) if layout == _REVIEWED else ({}, {})
        )
        for division, own in {site.city: sent, **senders}.items():
            if not own:
                continue
            inside = None if division == site.city else division
            parts = _arrived(own)
            parts["completeness"] = _completeness(filled, layout, inside)
            parts["accuracy"] = _sum(compared, inside)
            if layout == _REVIEWED:
                for metric, years in _REVIEW_RATES.items():
                    of_years = {place: one for (place, earlier), one in reviewed.items() if earlier in years}
                    parts[metric] = _sum(of_years, inside)
            for metric, part in parts.items():
                yield Rate(division, layout, metric, *part)


def _arrived(sent: Sequence[Arrival]) -> dict[str, _Part]:
    loaded, timely = sum(one.is_delivered for one in sent), [one.is_timely for one in sent]
    known = _NOT_KNOWN if None in timely else (Decimal(sum(timely)), Decimal(len(sent)))
    return {"load_rate": (Decimal(loaded), Decimal(len(sent))), "timeliness": known}


def _filled(connection: psycopg.Connection, layout: str, month: str) -> dict[str, int]:
    """Return the required columns that hold a value in the month's files, as bits, by the file's division."""
    known = FUND_FORMATS.get(layout)
    if known is None:
        return {}
    bits = " + ".join(
        f"({_holds_value(column)})::integer * {1 << place}" for place, column in enumerate(known.required)
    )
    rows = connection.execute(
        f"select files.division, coalesce(bit_or({bits}), 0)"
        f" from ops.files as files left join landing.{known.table} as landed"
        " on landed._file_id = files.file_id"
        " where files.state = 'loaded' and files.format = %s and files.month = %s group by files.division",
        (layout, month),
    )
    return dict(rows.fetchall())


def _holds_value(column: Column) -> str:
    value = cleaned(f'landed."{column.name}"', is_folded=is_folded(column))
    if column.kind not in PLACEHOLDER_KINDS:
        return f"{value} is not null"
    return f"{value} is not null and not {is_placeholder(value)}"


def _completeness(filled: Mapping[str, int], layout: str, inside: str | None) -> _Part:
    own = [bits for division, bits in filled.items() if inside in (None, division)]
    if not own:
        return _NOT_KNOWN
    together = 0
    for bits in own:
        together |= bits
    return Decimal(together.bit_count()), Decimal(len(FUND_FORMATS[layout].required))


def _compared(connection: psycopg.Connection, month: str) -> dict[str | None, tuple[int, int]]:
    """Return the rows of the arrival review that agree, and all of them, by division of the payer."""
    if not _exists(connection, "reconciliation.results"):
        return {}
    rows = connection.execute(
        "select division, count(*) filter (where status = 'matched'), count(*) from reconciliation.results"
        f" where month = {quoted(month)} and check_name = 'arrival_review' group by division"
    )
    return {division: (equal, every) for division, equal, every in rows}


def _reviewed(connection: psycopg.Connection, month: str) -> dict[tuple[str, bool], tuple[int, int]]:
    """Return the vouchers matched and all of them, by division and whether of an earlier year."""
    if not _exists(connection, "reconciliation.review_rates"):
        return {}
    rows = connection.execute(
        "select division, is_of_earlier_year, matched_count, voucher_count from reconciliation.review_rates"
        f" where month = {quoted(month)}"
    )
    return {(division, earlier): (matched, every) for division, earlier, matched, every in rows}


def _exists(connection: psycopg.Connection, relation: str) -> bool:
    return connection.execute("select to_regclass(%s) is not null", (relation,)).fetchone()[0]


def _sum(found: Mapping[str | None, tuple[int, int]], inside: str | None) -> _Part:
    """Add up what was found in a division, or everywhere; not known where that is nothing."""
    own = [one for division, one in found.items() if inside in (None, division)]
    if not own:
        return _NOT_KNOWN
    return Decimal(sum(one for one, _ in own)), Decimal(sum(every for _, every in own))
