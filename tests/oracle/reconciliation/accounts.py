"""Balance statements, and the rules of accounts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from tests.oracle.reconciliation.ground import Account, Entry, Ground
from tests.oracle.reconciliation.matching import groups_of
from tests.oracle.reconciliation.rows import Item, Row, row
from tests.oracle.values import ZERO, last_day, month_of, shift

CASH = ("现金", "取现", "提现", "现支")
FEES = ("手续费", "工本费", "汇划费", "账户管理费")
INTEREST = ("利息", "结息")
_OLD_MONTHS = 2
_LENIENT = ("01", "02", "03")


def groups(ground: Ground) -> dict[str, list[list[Entry]]]:
    """Match the entries of every account, once."""
    if not hasattr(ground, "groups"):
        sides: dict[str, tuple[list[Entry], list[Entry]]] = defaultdict(lambda: ([], []))
        for entry in ground.bank:
            sides[entry.account][0].append(entry)
        for entry in ground.book:
            sides[entry.account][1].append(entry)
        ground.groups = {account: groups_of(*entries) for account, entries in sides.items()}
    return ground.groups


def outstanding(ground: Ground, account: str) -> list[tuple[Entry, Item]]:
    """What stands alone on an account."""
    matched = {entry.name for group in groups(ground).get(account, []) for entry in group}
    alone = [
        entry
        for entry in (*ground.bank, *ground.book)
        if entry.account == account and entry.name not in matched
    ]
    return [(entry, Item(kind_of(entry), *_signed(entry))) for entry in alone]


def kind_of(entry: Entry) -> str:
    """The kind of an entry that stands alone."""
    way = "paid" if entry.amount < 0 else "received"
    return f"bank_{way}_not_booked" if entry.side == "bank" else f"booked_{way}_not_banked"


def _signed(entry: Entry) -> tuple[Decimal, date, str | None]:
    if entry.side == "bank":
        return entry.amount, entry.day, entry.reference
    return -entry.amount, entry.day, entry.reference or entry.voucher_no


def two_months_on(when: date) -> date:
    """The same day two months later, the last of a shorter month."""
    month = shift(month_of(when), _OLD_MONTHS)
    return date(int(month[:4]), int(month[5:]), min(when.day, last_day(month).day))


def balance_statement(ground: Ground) -> Iterator[Row]:
    """One row per account open in the month, or with an entry in it."""
    for account in ground.accounts.values():
        status, amounts, items = statement(ground, account)
        if status:
            yield row(
                "balance_statement", ("bank", "book"), amounts, status, as_of=ground.as_of,
                division=account.division, scheme=account.fund, account_no=account.number, items=items,
            )  # fmt: skip


def statement(
    ground: Ground, account: Account
) -> tuple[str | None, tuple[Decimal | None, Decimal | None], list[Item]]:
    """The balance statement of an account: status (None: no row), both balances, items."""
    moved = any(
        entry.account == account.number and month_of(entry.day) == ground.month
        for entry in (*ground.bank, *ground.book)
    )
    bank, _ = ground.bank_balances.get(account.number, (None, None))
    book = ground.book_balances.get(account.number)
    if not (ground.is_open(account) or moved):
        return None, (bank, book), []
    if bank is None or book is None:
        return "not_received", (bank, book), []
    items = [item for _, item in outstanding(ground, account.number)]
    if sum((item.amount for item in items), ZERO) != bank - book:
        return "unbalanced", (bank, book), items
    is_old = any(two_months_on(item.day) < ground.as_of for item in items)
    return "old_items" if is_old else "balanced", (bank, book), items


def account_rules(ground: Ground) -> Iterator[Row]:
    """One row per breach."""
    for entry in ground.bank:
        account = ground.accounts.get(entry.account)
        if account is None or month_of(entry.day) != ground.month:
            continue
        breach = _breach(ground, entry, account)
        if breach:
            yield _of_entry(ground, entry, account, breach)
        if (account.opened and entry.day < account.opened) or (account.closed and entry.day > account.closed):
            yield _of_entry(ground, entry, account, "account_not_open")
    for entry in ground.book_of_month:
        account = ground.accounts.get(entry.account)
        if account is not None and (entry.fund or "") != (account.fund or ""):
            yield _of_entry(ground, entry, account, "between_funds")
    yield from _of_accounts(ground)


def _of_entry(ground: Ground, entry: Entry, account: Account, breach: str) -> Row:
    reference = entry.reference if entry.side == "bank" else entry.reference or entry.voucher_no
    return row(
        "account_rules", ("bank", "rule"), (entry.amount, ZERO), breach, as_of=ground.as_of,
        division=account.division, scheme=account.fund, subject=entry.counter_account,
        account_no=account.number, items=[Item(breach, entry.amount, entry.day, reference)],
    )  # fmt: skip


def _breach(ground: Ground, entry: Entry, account: Account) -> str | None:
    texts = (entry.purpose or "", entry.counterparty or "")
    kinds = {
        other.kind
        for group in groups(ground).get(entry.account, [])
        if any(own.name == entry.name for own in group)
        for other in group
        if other.side == "book"
    }

    def says(words: tuple[str, ...]) -> bool:
        return any(word in part for word in words for part in texts)

    is_interest = says(INTEREST) or "interest" in kinds
    other = ground.accounts.get(entry.counter_account or "")
    if says(CASH):
        return "cash"
    if entry.amount < 0 and (says(FEES) or "fee" in kinds):
        return "bank_fee"
    if other is not None and (other.fund or "") != (account.fund or ""):
        return "interest_elsewhere" if is_interest else "between_funds"
    from_fiscal = other is not None and other.kind == "fiscal"
    if account.kind == "income" and entry.amount < 0:
        if not (from_fiscal or "remit_up" in kinds or _is_refund(ground, entry)):
            return "income_outflow"
    elif account.kind == "expenditure" and entry.amount > 0:
        payments = ground.ledgers.payments
        paid_to = {raw.AAE010 for raw in ground.ledgers.batch.current["AC82"]}
        is_return = entry.reference in {payment.payment_id for payment in payments} - {None}
        is_return = is_return or (entry.counter_account is not None and entry.counter_account in paid_to)
        if not (from_fiscal or "remit_down" in kinds or is_interest or is_return):
            return "expenditure_inflow"
    return None


def _is_refund(ground: Ground, entry: Entry) -> bool:
    if entry.counter_account is None:
        return False
    before = [
        other
        for other in ground.bank
        if (other.account, other.counter_account) == (entry.account, entry.counter_account)
        and (other.day, other.place) < (entry.day, entry.place)
    ]
    return bool(before) and sum((other.amount for other in before), ZERO) >= -entry.amount


def _of_accounts(ground: Ground) -> Iterator[Row]:
    for account in ground.accounts.values():
        place = (account.number, account.division, account.fund)
        if ground.is_open(account):
            if account.agreement is None:
                yield _of_account(ground, "no_agreement", *place)
            years = 1 if ground.month[5:] in _LENIENT else 0
            when = account.inspected
            if when is None or when > ground.as_of or ground.as_of.year - when.year > years:
                yield _of_account(ground, "not_inspected", *place)
        kept = _kept(ground, account)
        if kept:
            yield _of_account(ground, "income_not_zero", *place, kept)
    for number, (_, division) in ground.bank_balances.items():
        if number not in ground.accounts:
            moved = [
                abs(entry.amount)
                for entry in ground.bank
                if entry.account == number and month_of(entry.day) == ground.month
            ]
            yield _of_account(ground, "unregistered_account", number, division, None, sum(moved, ZERO))


def _of_account(
    ground: Ground,
    status: str,
    number: str,
    division: str | None,
    fund: str | None,
    amount: Decimal | None = None,
) -> Row:
    return row(
        "account_rules", ("bank", "rule"), (amount, None if amount is None else ZERO), status,
        as_of=ground.as_of, division=division, scheme=fund, account_no=number,
    )  # fmt: skip


def _kept(ground: Ground, account: Account) -> Decimal:
    """What an income account kept over the end of the month, where that is judged."""
    status, (bank, _), items = statement(ground, account)
    if account.kind != "income" or status not in ("balanced", "old_items"):
        return ZERO
    last = ground.calendar.last_working(ground.end)
    late = [
        entry.amount
        for entry in ground.bank
        if entry.account == account.number and entry.day > last and entry.amount > 0
    ]
    booked = [item.amount for item in items if item.kind.startswith("booked_")]
    return bank - sum(booked, ZERO) - sum(late, ZERO)
