"""The checks of a file's content: its bytes, its records, its totals."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from ingestion.files import readers, reasons
from ingestion.files.contract import Format
from ingestion.files.inbox import Arrival
from ingestion.files.reasons import RefusedError, Verdict
from ingestion.files.rows import Judged, judge
from ingestion.site import Site


@dataclass(frozen=True)
class Examined:
    """A file's content, judged; ``verdict`` is the first check that failed, if one did."""

    judged: Judged | None
    normalised: int
    verdict: Verdict | None


def examine(content: bytes, arrival: Arrival, *, form: Format, site: Site) -> Examined:
    """Read a file and judge its records and totals; what is found depends on the bytes and the site only."""
    said = arrival.manifest
    try:
        found = readers.read(content, form=form, encoding=said.encoding, rows=said.rows)
    except RefusedError as refused:
        return Examined(None, 0, refused.verdict)
    judged = judge(
        found.records,
        form=form,
        is_scheme=lambda code: site.maps_scheme(code, source=said.feed, month=said.month),
    )
    verdict = _totals(judged, arrival, form)
    if verdict is None and form.balances is not None:
        entries = [record.values for record in found.records if record.values is not None]
        if not form.balances(entries):
            verdict = Verdict(
                reasons.BALANCE_MISMATCH, "a balance is not the one before plus or minus the amount"
            )
    return Examined(judged, found.normalised, verdict or _refusals(judged, arrival))


def _totals(judged: Judged, arrival: Arrival, form: Format) -> Verdict | None:
    said = arrival.manifest
    if judged.rows != said.rows:
        return Verdict(
            reasons.ROWS_MISMATCH, f"the manifest says {said.rows} rows, the file has {judged.rows}"
        )
    if form.cents_of is None or not judged.all_parse or judged.parsed_cents == said.amount_cents:
        return None
    return Verdict(
        reasons.AMOUNT_MISMATCH, "the amounts of the file do not add up to the manifest's amount_total"
    )


def _refusals(judged: Judged, arrival: Arrival) -> Verdict | None:
    """Hold a file of which more than one row and more than 1 % of rows, or of money, would be refused."""
    refused = len(judged.refused)
    unread = abs((arrival.manifest.amount_cents or 0) - judged.parsed_cents) if not judged.all_parse else 0
    refused_cents = judged.refused_absolute_cents + unread
    too_many = refused > 1 and refused * 100 > judged.rows
    too_much = refused_cents * 100 > judged.absolute_cents + unread
    if not (too_many or too_much):
        return None
    counted = Counter(reason for one in judged.refused for reason in one.reasons)
    listed = ", ".join(f"{reason} {counted[reason]}" for reason in reasons.ROW_REASONS if reason in counted)
    return Verdict(
        reasons.TOO_MANY_REFUSED,
        f"{refused} of {judged.rows} rows would be refused ({listed}); have the file corrected by its sender",
    )
