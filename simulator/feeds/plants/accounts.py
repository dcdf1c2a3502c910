"""Entries that break the rules of their account, accounts that break their own, and what looks like it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from simulator import clock, parameters
from simulator.feeds import accounts
from simulator.feeds.bank import SWEEP_DAY, Entry
from simulator.feeds.books import Booking, Outstanding, booking
from simulator.feeds.plants.recorder import Recorder, is_working
from simulator.feeds.statement_texts import Account, Line
from simulator.span import Span

PUBLIC, RESIDENTS = parameters.PUBLIC_PENSION, parameters.RESIDENT_MEDICAL
_DAY = 15
_FIRST_QUARTER = 3
# Numbers below are days of the last month.
_A_DAY = 100


@dataclass
class Money:
    """What scenes add: entries the books have, too, and those of one side alone.

    ``kept`` is what stays on an income account over a month's end; ``card`` the account of a payment.
    """

    span: Span
    recorder: Recorder
    card: str
    bank: list[Entry] = field(default_factory=list)
    bank_alone: list[Entry] = field(default_factory=list)
    books_alone: list[Booking] = field(default_factory=list)
    outstanding: list[Outstanding] = field(default_factory=list)
    kept: dict[tuple[int, str], int] = field(default_factory=dict)
    wrong_openings: dict[tuple[int, str], int] = field(default_factory=dict)
    strangers: dict[int, list[Account]] = field(default_factory=dict)

    def entry(
        self, county: int, fund: int, kind: str, day: int, cents: int, counter_kind: str = "other", *,
        who: str = "", account: str = "", purpose: str = "往来款", reference: str | None = None,
    ) -> Entry:  # fmt: skip
        """Return a scene's entry on an account; its reference is its own unless one is given."""
        when = clock.day_in(self.span.last, day) if day < _A_DAY else day
        number = accounts.account_no(county, fund, kind)
        name = f"CJ{number[-12:]}{when}{abs(cents)}" if reference is None else reference
        return Entry(county, fund, kind, when, cents, counter_kind, who, account, name, purpose)

    def breach(self, entry: Entry, status: str) -> None:
        """Add an entry that breaks a rule of its account."""
        self.bank.append(entry)
        self.broken(entry, status)

    def broken(self, entry: Entry, status: str) -> None:
        """Record that an entry breaks a rule."""
        month = clock.month_of(entry.day)
        self.recorder.row(
            "account_rules", status, first=month, last=month, account_no=entry.account_no,
            amount_a=f"{entry.amount / 100:.2f}",
        )  # fmt: skip

    def decoy(self, entry: Entry, why: str) -> None:
        """Add an entry that only looks like a breach."""
        self.bank.append(entry)
        self.recorder.decoy(
            "account_rules", why=why, first=clock.month_of(entry.day), account_no=entry.account_no,
            amount_a=f"{entry.amount / 100:.2f}",
        )  # fmt: skip


def play(money: Money) -> None:
    """Plant each rule of the accounts in the last month, with a decoy where one can stand at its boundary."""
    _by_words(money)
    _between_funds(money)
    _income(money)
    _expenditure(money)
    _kept(money)
    _unknown(money)


def _by_words(money: Money) -> None:
    money.breach(
        money.entry(0, PUBLIC, "expenditure", 17, -200_000, who="本单位", purpose="提现备用"), "cash"
    )
    money.breach(money.entry(0, PUBLIC, "fiscal", 17, -1_500, "fee", purpose="网银汇划费"), "bank_fee")
    fee = money.entry(1, PUBLIC, "fiscal", 17, 1_500, purpose="手续费退回")
    money.decoy(fee, "a fee that came back")


def _between_funds(money: Money) -> None:
    pension = accounts.account_no(2, parameters.PENSION, "fiscal")
    interest = money.entry(2, PUBLIC, "fiscal", 17, 32_145, "interest", account=pension, purpose="利息划转")
    money.breach(interest, "interest_elsewhere")
    pension = accounts.account_no(3, parameters.PENSION, "fiscal")
    money.breach(money.entry(3, PUBLIC, "fiscal", 17, -500_000, account=pension), "between_funds")
    same_fund = accounts.account_no(4, PUBLIC, "fiscal")
    money.decoy(
        money.entry(3, PUBLIC, "fiscal", 17, -70_000, account=same_fund, purpose="基金调剂"),
        "an account of the same fund in another county",
    )
    subsidy = money.entry(
        4, RESIDENTS, "fiscal", 17, 8_800, "subsidy", who="大庆市财政局", purpose="财政补助"
    )
    money.bank_alone.append(subsidy)
    money.books_alone.append(booking(subsidy, fund=parameters.MEDICAL))
    money.broken(subsidy, "between_funds")


def _income(money: Money) -> None:
    """What goes back by the original channel is a refund up to what came in by it, and no fen further."""
    for county, back in ((0, 300_001), (1, 300_000)):
        place, firm = (county, parameters.PENSION, "income"), f"62250{county:011d}"
        paid_in = money.entry(*place, 6, 300_000, "contribution", who="某商贸公司", account=firm)
        money.bank.append(replace(paid_in, reference=f"{paid_in.reference}R"))
        refund = money.entry(*place, 16, -back, "refund", who="某商贸公司", account=firm, purpose="退款")
        if back > paid_in.amount:
            money.breach(refund, "income_outflow")
        else:
            money.decoy(refund, "all that came in by the same account, and no more")


def _expenditure(money: Money) -> None:
    stranger = money.entry(2, PUBLIC, "expenditure", 17, 43_000, who="某商贸公司", account="4400123456789")
    money.breach(stranger, "expenditure_inflow")
    returned = money.entry(3, PUBLIC, "expenditure", 17, 21_000, account=money.card, purpose="退回")
    money.decoy(returned, "it comes from an account that was paid")


def _kept(money: Money) -> None:
    month = money.span.last
    number = accounts.account_no(2, parameters.PENSION, "income")
    money.kept[month, number] = 5_000
    money.recorder.row(
        "account_rules", "income_not_zero", first=month, last=month, account_no=number, amount_a="50.00"
    )
    day = clock.last_day_in(month)
    if not is_working(day):
        number = accounts.account_no(3, parameters.PENSION, "income")
        money.kept[month, number] = 6_000
        money.decoy(
            money.entry(3, parameters.PENSION, "income", day, 6_000, "transfer_in", purpose="关系转移转入"),
            "it came in after the month's last working day",
        )


def _unknown(money: Money) -> None:
    """An account nobody registered, and a sweep of one on the day after it was closed."""
    month, day = money.span.last, clock.day_in(money.span.last, _DAY)
    number = "350099999999999999"
    line = Line(day, 70_000, 70_000, "某单位", "", f"WZ{day}", "往来款")
    money.strangers[month] = [Account(number, month, 0, [line])]
    money.recorder.row(
        "account_rules", "unregistered_account", first=month, last=month, account_no=number, amount_a="700.00"
    )
    money.decoy(
        money.entry(4, RESIDENTS, "income", SWEEP_DAY - 1, 4_000, "transfer_in"), "on the day it was closed"
    )


@dataclass(frozen=True)
class Registered:
    """What the register says of an account beside its number, fund and bank."""

    closed_on: str
    agreement_no: str
    inspected_on: str


def registered(span: Span, *, is_planted: bool) -> dict[str, Registered]:
    """Return the register: one account closed, one without agreement, one not inspected where planted."""
    inspected = f"{span.last // 12}-01-15"
    register = {number: Registered("", f"XY{number[-12:]}", inspected) for number, *_ in accounts.register()}
    if is_planted:
        last_year = f"{span.last // 12 - 1}-06-15"
        closed = clock.day_text(clock.day_in(span.last, SWEEP_DAY - 1))
        for place, changes in {
            (4, RESIDENTS, "income"): {"closed_on": closed},
            (4, RESIDENTS, "expenditure"): {"agreement_no": ""},
            (3, parameters.INJURY, "income"): {"inspected_on": last_year},
        }.items():
            number = accounts.account_no(*place)
            register[number] = replace(register[number], **changes)
    return register


def record_register(recorder: Recorder, register: Mapping[str, Registered], entries: Sequence[Entry]) -> None:
    """Record the breaches of the accounts themselves, and the entries on a day they were not open."""
    for number, account in register.items():
        for month in recorder.span.numbers:
            if not account.agreement_no:
                recorder.row(
                    "account_rules", "no_agreement", first=month, last=month, account_no=number, amount_a=""
                )
            if not _is_inspected(account.inspected_on, month):
                recorder.row(
                    "account_rules", "not_inspected", first=month, last=month, account_no=number, amount_a=""
                )
    for entry in entries:
        closed_on = register[entry.account_no].closed_on
        month = clock.month_of(entry.day)
        if closed_on and clock.day_text(entry.day) > closed_on and recorder.span.first <= month:
            recorder.row(
                "account_rules", "account_not_open", first=month, last=month, account_no=entry.account_no,
                amount_a=f"{entry.amount / 100:.2f}",
            )  # fmt: skip


def _is_inspected(inspected_on: str, month: int) -> bool:
    as_of = clock.day_text(clock.last_day_in(month))
    years = int(as_of[:4]) - int(inspected_on[:4])
    return inspected_on <= as_of and years <= int(month % 12 < _FIRST_QUARTER)
