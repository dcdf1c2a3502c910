"""The books of bank statements: whether balances follow from one another, and what they come to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from ingestion.files import grammar
from ingestion.files.contract import Landing
from ingestion.files.records import Record, Values
from ingestion.files.statements import Statement

_COLUMNS = (
    "account_no", "currency", "opening_balance", "opening_on", "closing_balance", "closing_on",
)  # fmt: skip
_SIGNS = {"C": 1, "D": -1}


def credit_less_debit(values: Values) -> int | None:
    """Return an entry in cents, credits positive, debits negative; None when it does not parse."""
    size = grammar.cents(values["amount"] or "")
    sign = _SIGNS.get(grammar.code(values["direction"] or ""))
    return None if size is None or sign is None else sign * size


class StatedBook:
    """Keeps statements that state their balances, as the reader found them.

    What is refused later still moved the account: the reader counted every entry whose amount parses.
    """

    def __init__(self, statements: Sequence[Statement]) -> None:
        """Keep the reader's list, which is whole after the last batch."""
        self._statements = statements

    def enter(self, records: Sequence[Record]) -> None:
        """Do nothing: the reader counted."""

    def refuse(self, lines: Collection[int]) -> None:
        """Do nothing: a refused entry moved the account all the same."""

    def balances(self) -> bool:
        """Return whether each statement's closing balance follows from its opening one and its entries."""
        return all(one.holds for one in self._statements)

    def landings(self) -> list[Landing]:
        """Return one row per statement."""
        return _landing(
            (
                one.line,
                (one.account_no, one.opening.currency or None, _yuan(one.opening.cents), one.opening.day,
                 _yuan(one.closing.cents), one.closing.day),
            )
            for one in self._statements
        )  # fmt: skip


@dataclass
class _Implied:
    """One account's statement as its entries imply it; days as written."""

    line: int
    account_no: str
    opening_cents: int | None
    opening_on: str
    closing_cents: int | None
    closing_on: str


class ImpliedBook:
    """Keeps statements that only their entries' balances imply: one per account.

    Each balance must be the one before, of the same account, plus or minus the amount; where one of these
    cannot be read the chain begins anew, and every chain where the account cannot. Refused entries are part
    of the chain, and of no statement.
    """

    def __init__(self) -> None:
        """Begin with no account."""
        self._last: dict[str, int | None] = {}
        self._found: dict[str, _Implied] = {}
        self._pending: dict[int, Values] = {}
        self._holds = True

    def enter(self, records: Sequence[Record]) -> None:
        """Follow the chain; what is not refused before the next batch belongs to the statements."""
        self._settle()
        self._pending = {one.line: one.values for one in records if one.values is not None}
        for record in records:
            self._follow(record.values)

    def _follow(self, values: Values | None) -> None:
        if values is None or grammar.is_missing(values["account_no"], "id"):
            self._last.clear()  # whichever account it is of
            return
        account, amount, balance = _account(values), credit_less_debit(values), _balance_after(values)
        before = self._last.get(account)
        if None not in (before, amount, balance) and before + amount != balance:
            self._holds = False
        self._last[account] = balance

    def refuse(self, lines: Collection[int]) -> None:
        """Leave refused entries out of the statements."""
        for line in lines:
            self._pending.pop(line, None)

    def balances(self) -> bool:
        """Return whether every chain holds."""
        return self._holds

    def landings(self) -> list[Landing]:
        """Return one row per account, opened by its first entry and closed by its last."""
        self._settle()
        return _landing(
            (
                one.line,
                (one.account_no, None, _yuan(one.opening_cents), one.opening_on,
                 _yuan(one.closing_cents), one.closing_on),
            )
            for one in self._found.values()
        )  # fmt: skip

    def _settle(self) -> None:
        for line, values in self._pending.items():
            account, balance = _account(values), _balance_after(values)
            if account not in self._found:
                opening = None if balance is None else balance - credit_less_debit(values)
                self._found[account] = _Implied(
                    line, values["account_no"], opening, values["booked_on"], balance, values["booked_on"]
                )
            self._found[account].closing_cents = balance
            self._found[account].closing_on = values["booked_on"]
        self._pending = {}


def _landing(rows: Iterable[tuple[int, tuple[str | None, ...]]]) -> list[Landing]:
    return [Landing(table="bank__statement", columns=_COLUMNS, rows=list(rows))]


def _balance_after(values: Values) -> int | None:
    return grammar.cents(values["balance_after"] or "")


def _account(values: Values) -> str:
    return grammar.code(values["account_no"] or "")


def _yuan(cents: int | None) -> str | None:
    if cents is None:
        return None
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"
