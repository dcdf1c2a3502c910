"""The balance statements (R6) of a month, laid out in one language: two sides of equal height per account."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import zip_longest

from fundwatch.months import add_months, last_day
from reporting.formatting import NOTHING, counted, figure
from reporting.snapshot.form_head import HeadLine, lines_of
from reporting.snapshot.statements import (
    BOOK,
    NOT_RECEIVED,
    BalanceStatement,
    StatementItem,
    Statements,
)
from reporting.statements.texts import BALANCE_TEXTS, BalanceTexts

CODE = "R6"
BOOKS, BANK = "books", "bank"
ADDED, SUBTRACTED = "added", "subtracted"
_OLD_MONTHS = 2
# Where an item stands that one side knows of: side and block, and the sign its amount takes there.
_PLACES = {
    "bank_received_not_booked": (BOOKS, ADDED, 1),
    "bank_paid_not_booked": (BOOKS, SUBTRACTED, -1),
    "booked_received_not_banked": (BANK, ADDED, -1),
    "booked_paid_not_banked": (BANK, SUBTRACTED, 1),
}
HAND_MATCHED = "hand_matched"
SETTLED = ("balanced", "old_items")


@dataclass(frozen=True)
class Entry:
    """An item as a line of one side; ``amount`` in yuan as its block adds or subtracts it."""

    number: int
    day: str
    document: str
    purpose: str
    amount: Decimal
    is_old: bool
    item: StatementItem


@dataclass(frozen=True)
class Block:
    """What is added, or subtracted, on both sides; ``lines`` are as many as the longer side has items."""

    headings: tuple[str, str]
    entries: tuple[tuple[Entry, ...], tuple[Entry, ...]]

    @property
    def lines(self) -> list[tuple[Entry | None, Entry | None]]:
        """Both sides line by line; one line without entries where there are none."""
        return list(zip_longest(*self.entries)) or [(None, None)]

    @property
    def sums(self) -> tuple[Decimal, Decimal]:
        """The sum of each side's entries."""
        books, bank = (sum((entry.amount for entry in side), Decimal("0.00")) for side in self.entries)
        return books, bank


@dataclass(frozen=True)
class BalanceSheet:
    """One account ready to be drawn; sides are books and bank, ``difference`` is bank less books."""

    account_no: str
    head: tuple[tuple[str, str], ...]
    result: str
    is_settled: bool
    balances: tuple[Decimal | None, Decimal | None]
    difference: Decimal | None
    blocks: tuple[Block, Block]
    notes: tuple[str, ...]
    receipt: tuple[tuple[str, str], ...]
    register_warning: str
    overview: tuple[str, ...]
    texts: BalanceTexts

    @property
    def is_received(self) -> bool:
        """Whether both balances are there."""
        return None not in self.balances

    @property
    def adjusted(self) -> tuple[Decimal | None, Decimal | None]:
        """The adjusted balance of books and bank; None where one was not received."""
        books, bank = self.balances
        if books is None or bank is None:
            return None, None
        (books_plus, bank_plus), (books_minus, bank_minus) = (block.sums for block in self.blocks)
        return books + books_plus - books_minus, bank + bank_plus - bank_minus

    @property
    def warnings(self) -> list[str]:
        """What does not agree."""
        books, bank = self.adjusted
        texts = [self.register_warning] if self.register_warning else []
        if books is not None and bank is not None and books != bank:
            texts.insert(0, self.texts.unbalanced.format(amount=figure(abs(bank - books), "yuan")))
        return texts


@dataclass(frozen=True)
class BalanceSheets:
    """All accounts of a month."""

    month: str
    title: str
    sheets: tuple[BalanceSheet, ...]
    texts: BalanceTexts
    day: date


def lay_out(
    statements: Statements,
    *,
    month: str,
    as_of: date,
    form_head: Iterable[HeadLine],
    language: str,
) -> BalanceSheets:
    """Lay out the statements of all accounts."""
    words = BALANCE_TEXTS[language]
    unit = lines_of(form_head, CODE, language).get("填报单位", "")
    names = {
        place.code: place.name_zh if language == "zh" else place.name_en
        for place in (*statements.divisions, *statements.schemes)
    }
    day = last_day(month)
    return BalanceSheets(
        month=month,
        title=words.title,
        sheets=tuple(
            _sheet(account, at=at, words=words, names=names.get, unit=unit, day=day, as_of=as_of)
            for at, account in enumerate(statements.accounts, 1)
        ),
        texts=words,
        day=day,
    )


def _sheet(
    account: BalanceStatement,
    *,
    at: int,
    words: BalanceTexts,
    names: Callable[[str, str], str],
    unit: str,
    day: date,
    as_of: date,
) -> BalanceSheet:
    division, fund = names(account.division, account.division), names(account.fund, account.fund)
    kind = words.kinds.get(account.kind, account.kind)
    result = words.statuses.get(account.status, account.status)
    placed = _placed(account.items, words=words, as_of=as_of)
    added, subtracted = (
        Block(headings, (placed[BOOKS, block], placed[BANK, block]))
        for block, headings in ((ADDED, words.added), (SUBTRACTED, words.subtracted))
    )
    of = _unit(unit, division, words)
    head = (of, fund, kind, account.bank, account.account_no, day.isoformat())
    balances = account.book_amount, account.bank_amount
    return BalanceSheet(
        account_no=account.account_no,
        head=tuple(zip(words.head, head, strict=True)),
        result=result,
        is_settled=account.status in SETTLED,
        balances=balances,
        difference=account.difference,
        blocks=(added, subtracted),
        notes=(*_old_notes(placed, words=words), *_hand_notes(account.items, words=words)),
        receipt=_receipt(account, words),
        register_warning=_register_warning(account, words),
        overview=(
            str(at), division, fund, kind, account.bank, account.account_no,
            *(words.not_received if amount is None else figure(amount, "yuan") for amount in balances),
            figure(account.difference, "yuan"),
            NOTHING if account.status == NOT_RECEIVED else counted(len(account.items)),
            result,
        ),
        texts=words,
    )  # fmt: skip


def _unit(unit: str, division: str, words: BalanceTexts) -> str:
    if not unit:
        return division
    return f"{unit}（{division}）" if words.language == "zh" else f"{unit} ({division})"


def _placed(
    items: Iterable[StatementItem], *, words: BalanceTexts, as_of: date
) -> dict[tuple[str, str], tuple[Entry, ...]]:
    """Return the items of each side and block in the order of their days, numbered."""
    by_place: dict[tuple[str, str], list[tuple[StatementItem, Decimal]]] = {
        (side, block): [] for side in (BOOKS, BANK) for block in (ADDED, SUBTRACTED)
    }
    for item in items:
        if item.kind == HAND_MATCHED and not item.amount:
            continue
        side, block, sign = _PLACES.get(item.kind) or _place_of(item)
        by_place[side, block].append((item, item.amount * sign))
    return {
        place: tuple(
            _entry(number, item, amount, words=words, as_of=as_of)
            for number, (item, amount) in enumerate(sorted(of_place, key=_order), 1)
        )
        for place, of_place in by_place.items()
    }


def _place_of(item: StatementItem) -> tuple[str, str, int]:
    """Return where an item stands that people decided on.

    An entry of the books written off stands on the side of the bank, as it would otherwise; what a match
    by hand left is corrected in the books.
    """
    if item.kind != HAND_MATCHED and item.side == BOOK:
        return (BANK, ADDED, -1) if item.amount < 0 else (BANK, SUBTRACTED, 1)
    return (BOOKS, ADDED, 1) if item.amount >= 0 else (BOOKS, SUBTRACTED, -1)


def _order(placed: tuple[StatementItem, Decimal]) -> tuple[date, str, Decimal]:
    item, amount = placed
    return item.booked_on or date.max, item.document or item.reference or "", amount


def _entry(number: int, item: StatementItem, amount: Decimal, *, words: BalanceTexts, as_of: date) -> Entry:
    by_hand = words.by_hand.get(item.kind, "")
    return Entry(
        number=number,
        day=item.booked_on.isoformat() if item.booked_on else NOTHING,
        document=item.document or item.reference or NOTHING,
        purpose=f"{by_hand}{item.purpose or ''}" or NOTHING,
        amount=amount,
        is_old=not by_hand and is_old(item.booked_on, as_of),
        item=item,
    )


def is_old(booked_on: date | None, as_of: date) -> bool:
    """Whether a day plus two months is before the as-of day; a month without such a day ends earlier."""
    if booked_on is None:
        return False
    end = last_day(add_months(f"{booked_on:%Y-%m}", _OLD_MONTHS))
    return end.replace(day=min(booked_on.day, end.day)) < as_of


def _old_notes(placed: dict[tuple[str, str], tuple[Entry, ...]], *, words: BalanceTexts) -> Iterator[str]:
    """Yield a line for each item that is old: how old, and why nothing was found to it."""
    for (side, block), entries in placed.items():
        others = {
            entry.item.reference: entry.amount
            for (other, _), of_other in placed.items()
            for entry in of_other
            if other != side and entry.item.reference
        }
        for entry in entries:
            if not entry.is_old:
                continue
            known = others.get(entry.item.reference or "")
            reason = words.reasons["nothing_alike"]
            if known is not None:
                reason = words.reasons["other_amount"].format(amount=figure(known, "yuan"))
            yield words.old.format(
                place=words.places[side, block], number=entry.number, day=entry.day, days=entry.item.age_days,
                amount=figure(entry.amount, "yuan"), reason=reason,
            )  # fmt: skip


def _hand_notes(items: Iterable[StatementItem], *, words: BalanceTexts) -> Iterator[str]:
    count = sum(item.kind == HAND_MATCHED and not item.amount for item in items)
    if count:
        yield words.hand_matched.format(count=counted(count))


def _receipt(account: BalanceStatement, words: BalanceTexts) -> tuple[tuple[str, str], ...]:
    """Return what the register says of the bank's statement."""
    label, number, received = words.statement
    if account.receipt is None:
        return ((label, words.not_registered), (number, NOTHING), (received, NOTHING))
    receipt = account.receipt
    arrival = " ".join(part for part in (receipt.received_on, receipt.received_by) if part)
    return (
        (label, words.forms.get(receipt.form, receipt.form)),
        (number, receipt.number),
        (received, arrival),
    )


def _register_warning(account: BalanceStatement, words: BalanceTexts) -> str:
    registered = account.receipt.closing_balance if account.receipt else None
    if registered is None or account.bank_amount is None or registered == account.bank_amount:
        return ""
    return words.register_differs.format(registered=figure(registered, "yuan"))
