"""What moves on the funds' accounts, as their banks see it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from simulator import clock, parameters
from simulator.entities.benefits import Entitlements
from simulator.entities.payments import PENDING, RETURNED, Payments
from simulator.entities.population import Population
from simulator.feeds import accounts
from simulator.feeds.treasury import Credit
from simulator.span import Span

TREASURY = "国家金库大庆市中心支库"
SWEEP_DAY = 25
_OPENING = {"income": 0, "expenditure": 50_000_000, "fiscal": 90_000_000_000}
_ALLOCATION_STEP = 10_000_000
_LATE_DAY, _BATCH_DAY, _AGAIN_DAY, _RETURN_DAY, _INTEREST_DAY = 6, 10, 12, 14, 21
_INTEREST_RATE = 500  # millionths a quarter


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
            counterparty=TREASURY,
            counter_account="",
            reference=credit.reference,
            purpose="社会保险费划转",
        )
        for credit in passed_on
    ]


def benefit_entries(
    span: Span,
    people: Population,
    rights: Entitlements,
    payments: Payments,
    bank_results: dict[int, tuple[str, str]],
) -> list[Entry]:
    """Return allocations, batches paid out, and one by one what was paid late, came back, was paid again.

    ``bank_results`` are results of the bank by place of the payment; where it alone says that money came
    back, the entry counts as ``returned`` unknown to the books.
    """
    county = people.county[rights.person[payments.entry]].tolist()
    schemes = rights.scheme[payments.entry].tolist()
    ids, amounts = payments.ids.tolist(), payments.amount.tolist()
    returned = {
        (entry, month, booked)
        for entry, month, booked, result in zip(
            payments.entry.tolist(), payments.for_month.tolist(), payments.booked.tolist(),
            payments.result.tolist(), strict=True,
        )
        if result == RETURNED
    }  # fmt: skip
    first_return: dict[tuple[int, int], int] = {}
    for entry, month, booked in sorted(returned, key=lambda entry_of_return: -entry_of_return[2]):
        first_return[entry, month] = booked
    batches: dict[tuple[int, int, int], int] = defaultdict(int)
    entries: list[Entry] = []
    for place, (entry, for_month, booked, result) in enumerate(
        zip(
            payments.entry.tolist(), payments.for_month.tolist(), payments.booked.tolist(),
            payments.result.tolist(), strict=True,
        )
    ):  # fmt: skip
        key, cents, reference = (county[place], schemes[place]), amounts[place], str(ids[place])
        if result == PENDING:
            entries.append(_payment(*key, clock.day_in(booked + 1, _LATE_DAY), -cents, reference, "待遇补发"))
        elif first_return.get((entry, for_month), booked) < booked:
            entries.append(_payment(*key, clock.day_in(booked, _AGAIN_DAY), -cents, reference, "退回重发"))
        else:
            batches[booked, *key] += cents
        if result == RETURNED or bank_results.get(place, ("",))[0] == "returned":
            entries.append(_payment(*key, clock.day_in(booked, _RETURN_DAY), cents, reference, "待遇退回"))
    for (month, place, fund), cents in sorted(batches.items()):
        day = clock.day_in(month, _BATCH_DAY)
        reference = f"DF{parameters.COUNTIES[place]}{fund}{day}"
        entries.append(_payment(place, fund, day, -cents, reference, "待遇代发批次"))
        entries += _allocation(place, fund, month, cents)
    return [entry for entry in entries if clock.month_of(entry.day) <= span.last]


def interest_entries(span: Span, entries: Sequence[Entry]) -> list[Entry]:
    """Return the quarter's interest, on what lies on each fiscal and expenditure account the day before."""
    moved: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for entry in entries:
        if clock.month_of(entry.day) >= span.first:
            moved[entry.account_no].append((entry.day, entry.amount))
    interest = []
    for number, division, fund, kind, bank in accounts.register():
        county, credited = parameters.COUNTIES.index(division), 0
        for month in span.numbers if kind != "income" else ():
            day = clock.day_in(month, _INTEREST_DAY)
            if (month + 1) % 3 == 0:
                balance = opening_balance(kind) + credited
                balance += sum(cents for when, cents in moved[number] if when < day)
                cents = max(balance, 0) * _INTEREST_RATE // 1_000_000
                credited += cents
                reference = f"LX{division}{fund}{kind[0]}{day}"
                interest.append(
                    Entry(county, fund, kind, day, cents, "interest", bank, "", reference, "季度结息")
                )
    return [entry for entry in interest if entry.amount]


def income_entries(span: Span, rng: np.random.Generator) -> list[Entry]:
    """Return transfers in on the income accounts and the sweep that empties them."""
    entries = []
    for month in span.numbers:
        for county, division in enumerate(parameters.COUNTIES):
            for fund in parameters.SCHEMES:
                cents = int(rng.integers(10_000, 900_000)) * 10
                day = clock.day_in(month, 12)
                entries.append(
                    Entry(
                        county, fund, "income", day, cents, "transfer_in", "外省社会保险经办机构", "",
                        f"ZR{division}{fund}{day}", "关系转移转入",
                    )
                )  # fmt: skip
    return entries


def sweeps(span: Span, entries: Sequence[Entry], *, kept: Mapping[tuple[int, str], int]) -> list[Entry]:
    """Return what empties the income accounts on the 25th; ``kept`` is what stays, by month and account."""
    held: dict[tuple[int, int, int], int] = defaultdict(int)
    for entry in entries:
        if entry.kind == "income":
            held[clock.month_of(entry.day), entry.county, entry.fund] += entry.amount
    swept = []
    for (month, county, fund), balance in sorted(held.items()):
        income, fiscal = (accounts.account_no(county, fund, kind) for kind in ("income", "fiscal"))
        cents = balance - kept.get((month, income), 0)
        day = clock.day_in(month, SWEEP_DAY)
        reference = f"GJ{parameters.COUNTIES[county]}{fund}{day}"
        swept += [
            Entry(
                county, fund, "income", day, -cents, "allocation", "财政专户", fiscal, reference,
                "归集至财政专户",
            ),
            Entry(
                county, fund, "fiscal", day, cents, "allocation", "收入户", income, reference, "收入户归集"
            ),
        ]  # fmt: skip
    return [entry for entry in swept if span.first <= clock.month_of(entry.day) <= span.last]


def by_account_and_month(span: Span, entries: list[Entry]) -> dict[tuple[int, str], list[Entry]]:
    """Return the range's entries in bank order, by month and account."""
    sorted_entries: dict[tuple[int, str], list[Entry]] = defaultdict(list)
    for entry in sorted(entries, key=lambda e: (e.account_no, e.day, e.reference, e.amount)):
        month = clock.month_of(entry.day)
        if span.first <= month <= span.last:
            sorted_entries[(month, entry.account_no)].append(entry)
    return sorted_entries


def _payment(county: int, fund: int, day: int, cents: int, reference: str, purpose: str) -> Entry:
    return Entry(county, fund, "expenditure", day, cents, "benefit", "批量代发户", "", reference, purpose)


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
