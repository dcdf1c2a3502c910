"""The trial balances of counties and funds, kept from the journals; income and expense close in December."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from simulator import clock, parameters
from simulator.feeds.finance import Journal
from simulator.outbox import Outbox, csv_bytes, money_text
from simulator.span import Span

COLUMNS = (
    "month", "fund", "subject_code", "subject_name", "opening", "debit", "credit", "closing",
)  # fmt: skip
RECEIVABLE, NET_ASSETS = "1101", "3001"
_DEPOSITS = {"income": "1002", "expenditure": "1003", "fiscal": "1004"}
_COUNTERS = {
    "contribution": "4001", "refund": "4001", "late_fee": "4001", "subsidy": "4101", "interest": "4201",
    "transfer_in": "4301", "benefit": "5001", "transfer_out": "5101", "fee": "5201",
}  # fmt: skip
_NAMES = {
    "1002": "收入户存款", "1003": "支出户存款", "1004": "财政专户存款", RECEIVABLE: "暂付款",
    NET_ASSETS: "基金结余", "4001": "社会保险费收入", "4101": "财政补贴收入", "4201": "利息收入",
    "4301": "转移收入", "5001": "社会保险待遇支出", "5101": "转移支出", "5201": "其他支出",
}  # fmt: skip
_CLOSED = ("4", "5")


@dataclass(frozen=True)
class Posting:
    """A wrong posting in a county's trial balance of a fund: debit and credit by subject, in cents."""

    debits: Mapping[str, int]
    credits: Mapping[str, int]


def send_trial_balances(
    outbox: Outbox,
    span: Span,
    journals: Mapping[int, Sequence[Journal]],
    wrong: Mapping[tuple[int, int, int], Posting],
) -> None:
    """Write one file per county and month; ``wrong`` postings by month, county and fund."""
    balances: dict[tuple[int, int], dict[str, int]] = {}
    for month in span.numbers:
        held: dict[tuple[int, int], list[Journal]] = defaultdict(list)
        for journal in journals[month]:
            held[journal.county, journal.fund].append(journal)
        for county, division in enumerate(parameters.COUNTIES):
            rows: list[tuple[object, ...]] = []
            total = 0
            for fund in parameters.SCHEMES:
                before = _opened(held[county, fund], balances.get((county, fund), {}))
                moved = _moved(month, held[county, fund], before, wrong.get((month, county, fund)))
                after = {
                    code: before.get(code, 0) + sum(moved[code]) for code in sorted(before.keys() | moved)
                }
                balances[county, fund] = after
                rows += [
                    (
                        clock.month_text(month), fund, code, _NAMES[code], money_text(before.get(code, 0)),
                        money_text(moved[code][0]), money_text(-moved[code][1]), money_text(closing),
                    )
                    for code, closing in after.items()
                ]  # fmt: skip
                total += sum(after.values())
            outbox.send(
                feed="finance", layout="trial-balance-csv/1", division=division, month=month,
                body=csv_bytes(COLUMNS, rows, encoding="utf-8"), encoding="utf-8",
                rows=len(rows), cents=total, suffix="csv",
            )  # fmt: skip


def _opened(journals: Sequence[Journal], kept: Mapping[str, int]) -> dict[str, int]:
    """Return the opening balances: deposits as the journals open, what that changes in net assets."""
    opened = {**kept}
    for journal in journals:
        opened[_DEPOSITS[journal.kind]] = 0
    for journal in journals:
        opened[_DEPOSITS[journal.kind]] += journal.opening
    opened[NET_ASSETS] = opened.get(NET_ASSETS, 0) - sum(opened.values())
    return opened


def _moved(
    month: int, journals: Sequence[Journal], before: Mapping[str, int], wrong: Posting | None
) -> dict[str, list[int]]:
    """Return debit (positive) and credit (negative) by subject."""
    moved: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for journal in journals:
        for booking in journal.bookings:
            counter = _COUNTERS.get(booking.counter_kind, RECEIVABLE)
            moved[_DEPOSITS[journal.kind]][booking.amount < 0] += booking.amount
            moved[counter][booking.amount > 0] -= booking.amount
    if wrong:
        for code, cents in wrong.debits.items():
            moved[code][0] += cents
        for code, cents in wrong.credits.items():
            moved[code][1] -= cents
    if month % 12 == 11:  # noqa: PLR2004 - December
        for code in sorted({*before, *moved}):
            closing = before.get(code, 0) + sum(moved[code])
            if code[0] in _CLOSED and closing:
                moved[code][closing > 0] -= closing
                moved[NET_ASSETS][closing < 0] += closing
    return moved
