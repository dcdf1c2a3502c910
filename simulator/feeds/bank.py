"""What moves on the banks' accounts, and what became of the payments they were given."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from simulator import clock, parameters
from simulator.entities.benefits import Entitlements
from simulator.entities.payments import BANK, PAID, PENDING, RETURNED, Payments
from simulator.entities.population import Population
from simulator.faults.crosschecks.stage import Stage
from simulator.feeds import accounts
from simulator.feeds.tax import Credit
from simulator.outbox import Outbox, csv_bytes, money_text
from simulator.span import Span

RETURN_COLUMNS = ("payment_id", "account_no", "payee_name", "amount", "result", "reason", "value_on")
_OPENING = {"income": 0, "expenditure": 50_000_000, "fiscal": 90_000_000_000}
_ALLOCATION_STEP = 10_000_000


@dataclass(frozen=True)
class Entry:
    """One movement on a bank account: money in is positive, in cents."""

    county: int
    fund: int
    kind: str
    day: int
    amount: int
    counter_kind: str
    counterparty: str
    counter_account: str
    reference: str
    purpose: str

    @property
    def account_no(self) -> str:
        """The account it moves."""
        return accounts.account_no(self.county, self.fund, self.kind)


def opening_balance(kind: str) -> int:
    """Return what lies on an account of a kind before the first month, in cents."""
    return _OPENING[kind]


def contribution_entries(passed_on: list[Credit]) -> list[Entry]:
    """Return the treasury's transfers onto the fiscal accounts."""
    return [
        Entry(
            county=credit.county,
            fund=credit.scheme,
            kind="fiscal",
            day=credit.credited_on,
            amount=credit.amount,
            counter_kind="contribution",
            counterparty="国家金库大庆市中心支库",
            counter_account="",
            reference=credit.reference,
            purpose="社会保险费划转",
        )
        for credit in passed_on
    ]


def benefit_entries(span: Span, people: Population, rights: Entitlements, payments: Payments) -> list[Entry]:
    """Return allocations, batches paid out and returned money, per county, fund and month."""
    county = people.county[rights.person[payments.entry]]
    scheme, amount = rights.scheme[payments.entry], payments.amount
    sums: dict[tuple[int, int, int, str], int] = defaultdict(int)
    for booked, place, fund, cents, result in zip(
        payments.booked.tolist(), county.tolist(), scheme.tolist(), amount.tolist(),
        payments.result.tolist(), strict=True,
    ):  # fmt: skip
        month = booked + 1 if result == PENDING else booked
        sums[(month, place, fund, "late" if result == PENDING else "batch")] += cents
        if result == RETURNED:
            sums[(month, place, fund, "returned")] += cents
    entries: list[Entry] = []
    for (month, place, fund, what), cents in sorted(sums.items()):
        if month > span.last:
            continue
        day = clock.day_in(month, {"late": 6, "batch": 10, "returned": 14}[what])
        reference = f"{'FH' if what == 'returned' else 'DF'}{parameters.COUNTIES[place]}{fund}{day}"
        sign = 1 if what == "returned" else -1
        name = "待遇代发退回" if what == "returned" else "待遇代发批次"
        entries.append(
            Entry(place, fund, "expenditure", day, sign * cents, "benefit", "批量代发户", "", reference, name)
        )
        if what == "batch":
            entries += _allocation(place, fund, month, cents)
    return entries


def interest_entries(span: Span) -> list[Entry]:
    """Return the quarter's interest on fiscal accounts."""
    entries = []
    for month in span.numbers:
        if (month + 1) % 3 == 0:
            day = clock.day_in(month, 21)
            for _, division, fund, kind, bank in accounts.register():
                if kind == "fiscal":
                    county = parameters.COUNTIES.index(division)
                    cents = 1_250_000 + fund * 137 + county * 1_009 + month
                    reference = f"LX{division}{fund}{day}"
                    entries.append(
                        Entry(county, fund, kind, day, cents, "interest", bank, "", reference, "季度结息")
                    )
    return entries


def income_entries(span: Span, rng: np.random.Generator) -> list[Entry]:
    """Return transfers in on the pension income accounts and the sweep that empties them."""
    entries = []
    for month in span.numbers:
        for county in range(len(parameters.COUNTIES)):
            cents = int(rng.integers(10_000, 900_000)) * 10
            day, sweep = clock.day_in(month, 12), clock.day_in(month, 25)
            code = f"{parameters.COUNTIES[county]}110{day}"
            fiscal = accounts.account_no(county, 110, "fiscal")
            income = accounts.account_no(county, 110, "income")
            entries += [
                Entry(
                    county,
                    110,
                    "income",
                    day,
                    cents,
                    "transfer_in",
                    "外省社会保险经办机构",
                    "",
                    f"ZR{code}",
                    "关系转移转入",
                ),
                Entry(
                    county,
                    110,
                    "income",
                    sweep,
                    -cents,
                    "other",
                    "财政专户",
                    fiscal,
                    f"GJ{code}",
                    "归集至财政专户",
                ),
                Entry(
                    county, 110, "fiscal", sweep, cents, "other", "收入户", income, f"GJ{code}", "收入户归集"
                ),
            ]
    return entries


def by_account_and_month(span: Span, entries: list[Entry]) -> dict[tuple[int, str], list[Entry]]:
    """Return the range's entries in bank order, by month and account."""
    sorted_entries: dict[tuple[int, str], list[Entry]] = defaultdict(list)
    for entry in sorted(entries, key=lambda e: (e.account_no, e.day, e.reference, e.amount)):
        month = clock.month_of(entry.day)
        if span.first <= month <= span.last:
            sorted_entries[(month, entry.account_no)].append(entry)
    return sorted_entries


def send_returns(
    outbox: Outbox,
    span: Span,
    people: Population,
    rights: Entitlements,
    payments: Payments,
    card: np.ndarray,
    *,
    stage: Stage,
    before: int,
) -> None:
    """Write one payment return file per county and month: what the bank made of each payment.

    ``before`` payments stand before those of the stage, which may be paid elsewhere, or come back.
    """
    person = rights.person[payments.entry]
    accounts_paid, payees = card[person], people.name[person]
    results = np.where(payments.result == PAID, "paid", "returned").astype(object)
    reasons = payments.reason.copy()
    for place, account in stage.cards.items():
        accounts_paid[before + place] = account
    for place, payee in stage.payees.items():
        payees[before + place] = payee
    for place, (result, reason) in stage.bank_results.items():
        results[before + place], reasons[before + place] = result, reason
    division = people.county[person]
    for month in span.numbers:
        for county, code in enumerate(parameters.COUNTIES):
            chosen = (payments.booked == month) & (division == county)
            chosen &= (payments.channel == BANK) & (payments.result != PENDING)
            places = np.flatnonzero(chosen)
            day = clock.day_text(clock.day_in(month, 11))
            amount = payments.amount[places]
            rows = [
                (number, account, payee, money_text(cents), result, reason or "", day)
                for number, account, payee, cents, result, reason in zip(
                    payments.ids[places].tolist(), accounts_paid[places].tolist(), payees[places].tolist(),
                    amount.tolist(), results[places].tolist(), reasons[places].tolist(), strict=True,
                )
            ]  # fmt: skip
            outbox.send(
                feed="bank", layout="payment-return-csv/1", division=code, month=month,
                body=csv_bytes(RETURN_COLUMNS, rows, encoding="utf-8"), encoding="utf-8",
                rows=len(rows), cents=int(amount.sum()), suffix="csv",
            )  # fmt: skip


def _allocation(county: int, fund: int, month: int, cents: int) -> list[Entry]:
    amount = -(-cents // _ALLOCATION_STEP) * _ALLOCATION_STEP
    day = clock.day_in(month, 5)
    reference = f"BK{parameters.COUNTIES[county]}{fund}{day}"
    fiscal = accounts.account_no(county, fund, "fiscal")
    spending = accounts.account_no(county, fund, "expenditure")
    return [
        Entry(
            county, fund, "fiscal", day, -amount, "allocation", "支出户", spending, reference, "拨付待遇资金"
        ),
        Entry(
            county,
            fund,
            "expenditure",
            day,
            amount,
            "allocation",
            "财政专户",
            fiscal,
            reference,
            "拨入待遇资金",
        ),
    ]
