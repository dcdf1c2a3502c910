"""Entries of banks and books at the boundaries of matching, a journal that opens wrongly, wrong postings."""

from __future__ import annotations

from dataclasses import replace

from simulator import clock, parameters
from simulator.feeds import accounts
from simulator.feeds.bank import Entry
from simulator.feeds.books import booking, open_entry
from simulator.feeds.plants.accounts import RESIDENTS, Money
from simulator.feeds.plants.recorder import two_months_after
from simulator.feeds.trial_balances import RECEIVABLE, Posting

_RESIDENT_PENSION = parameters.RESIDENT_PENSION
_WRONG_FUND = parameters.UNEMPLOYMENT


def play(money: Money) -> None:
    """Plant what stays open in the last month, and what must not; in the month before it a wrong opening.

    That month cannot be approved, so it is not the last one.
    """
    _another_amount(money)
    _sums(money)
    _days_apart(money)
    _over_the_months_end(money)
    _nearly_old(money)
    _reversal(money)
    number, month = accounts.account_no(0, _RESIDENT_PENSION, "expenditure"), money.span.numbers[-2:][0]
    money.wrong_openings |= {(month, number): 10_000, (month + 1, number): -10_000}
    money.recorder.row("balance_statement", "unbalanced", first=month, last=month, account_no=number)


def wrong_postings(money: Money) -> dict[tuple[int, int, int], Posting]:
    """Return what the trial balances of the last month have wrong: half a posting, and deposits elsewhere."""
    month = money.span.last
    for county, party in ((1, "computed"), (2, "trial_balance")):
        money.recorder.row(
            "fund_identity", "differs", first=month, last=month, county=county, scheme=str(_WRONG_FUND),
            party_a=party,
        )  # fmt: skip
    money.recorder.decoy(
        "fund_identity", why="the journal names another fund, the account is this one's", first=month,
        county=4, scheme=str(RESIDENTS), party_a="trial_balance",
    )  # fmt: skip
    return {
        (month, 1, _WRONG_FUND): Posting({RECEIVABLE: 100_000}, {}),
        (month, 2, _WRONG_FUND): Posting({RECEIVABLE: 50_000}, {"1004": 50_000}),
    }


def _another_amount(money: Money) -> None:
    """The books have two digits the wrong way round: two items, though the reference is one."""
    bank = money.entry(0, RESIDENTS, "fiscal", 11, -54_000)
    money.bank_alone.append(bank)
    money.books_alone.append(booking(bank, amount=-45_000))
    _stands_out(money, bank, is_bank=True)
    _stands_out(money, replace(bank, amount=-45_000), is_bank=False)


def _sums(money: Money) -> None:
    """One entry against several: matched where the sum can be made in one way, open where in two."""
    whole = money.entry(1, RESIDENTS, "fiscal", 11, 60_000, reference="")
    parts = [(11, 10_000), (11, 50_000), (12, 50_000)]
    money.bank_alone.append(whole)
    _stands_out(money, whole, is_bank=True)
    for day, cents in parts:
        part = money.entry(1, RESIDENTS, "fiscal", day, cents, reference="")
        money.books_alone.append(booking(part))
        _stands_out(money, part, is_bank=False)
    one_way = money.entry(2, RESIDENTS, "fiscal", 11, 60_000, reference="")
    money.bank_alone.append(one_way)
    for day, cents in ((9, 10_000), (16, 50_000)):
        money.books_alone.append(booking(money.entry(2, RESIDENTS, "fiscal", day, cents, reference="")))
    single = money.entry(3, RESIDENTS, "fiscal", 11, -60_000, reference="")
    money.books_alone.append(booking(single))
    for day, cents in ((9, -10_000), (11, -20_000), (16, -30_000)):
        money.bank_alone.append(money.entry(3, RESIDENTS, "fiscal", day, cents, reference=""))


def _days_apart(money: Money) -> None:
    """One amount without a reference: five days apart it is one movement, six days apart it is two."""
    for county, day in ((1, 14), (2, 15)):
        bank = money.entry(county, _RESIDENT_PENSION, "fiscal", 9, 33_300, reference="")
        book = money.entry(county, _RESIDENT_PENSION, "fiscal", day, 33_300, reference="")
        money.bank_alone.append(bank)
        money.books_alone.append(booking(book))
        if county == 2:  # noqa: PLR2004 - six days
            _stands_out(money, bank, is_bank=True)
            _stands_out(money, book, is_bank=False)


def _over_the_months_end(money: Money) -> None:
    """The books pay on the 27th, the bank on the 3rd."""
    for month in (money.span.last - 1, money.span.last):
        entry = money.entry(1, RESIDENTS, "expenditure", clock.day_in(month, 27), -21_000)
        if month < money.span.first:
            continue
        money.books_alone.append(booking(entry))
        money.bank_alone.append(replace(entry, day=clock.day_in(month + 1, 3)))
        _stands_out(money, entry, is_bank=False, last=month)


def _nearly_old(money: Money) -> None:
    """Two months old to the day is not old yet, where the calendar has such a day; a day more is."""
    month, end = money.span.last - 2, clock.last_day_in(money.span.last)
    day = clock.last_day_in(month)
    if month < money.span.first or two_months_after(day) != end:
        return
    for county, when in ((3, day), (4, clock.shift_day(day, -1))):
        entry = money.entry(county, _RESIDENT_PENSION, "fiscal", when, 12_300, "transfer_in")
        money.bank_alone.append(entry)
        _stands_out(money, entry, is_bank=True)
    money.recorder.decoy(
        "balance_statement", why="two months old to the day", first=money.span.last,
        account_no=accounts.account_no(3, _RESIDENT_PENSION, "fiscal"),
    )  # fmt: skip


def _reversal(money: Money) -> None:
    """Booked and taken back under one reference: nothing of it is open."""
    entry = money.entry(0, _RESIDENT_PENSION, "fiscal", 11, 7_000)
    money.books_alone += [booking(entry), booking(entry, amount=-7_000, day=clock.shift_day(entry.day, 2))]


def _stands_out(money: Money, entry: Entry, *, is_bank: bool, last: int | None = None) -> None:
    money.outstanding.append(open_entry(entry, is_bank=is_bank, last=last))
