"""The books of bank statements: whether balances follow from one another, and the landed statements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from ingestion.files import grammar
from ingestion.files.contract import Landing
from ingestion.files.records import Record, Values
from ingestion.files.statements import Statement, off_by, yuan

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
    """The book of statements that state their balances, as the reader found them.

    A quarantined entry still moved the account: the reader counted every entry whose amount parses.
    """

    def __init__(self, statements: Sequence[Statement]) -> None:
        """Use the reader's list, which is complete after the last batch."""
        self._statements = statements

    def enter(self, records: Sequence[Record]) -> None:
        """Do nothing: the reader counts."""

    def quarantine(self, lines: Collection[int]) -> None:
        """Do nothing: a quarantined entry moved the account too."""

    def imbalance(self) -> str:
        """Return which statement does not balance, and by how much, or nothing."""
        faulty = [place for place, statement in enumerate(self._statements) if statement.fault]
        if not faulty:
            return ""
        first = self._statements[faulty[0]]
        others = f"; {len(faulty)} statements do not balance" if len(faulty) > 1 else ""
        return (
            f"statement {faulty[0] + 1} of {len(self._statements)}, which begins in line {first.line}, does"
            f" not balance: {first.fault}{others}"
        )

    def note(self) -> str:
        """Return the sums of the entries by currency where the file has several."""
        sums: Counter[str] = Counter()
        for statement in self._statements:
            sums[statement.opening.currency] += statement.entry_cents
        if len(sums) <= 1:
            return ""
        listed = ", ".join(f"{currency or 'none'} {yuan(cents)}" for currency, cents in sorted(sums.items()))
        return f"by currency: {listed}; amounts of the whole file add up numbers of different currencies"

    def landings(self) -> list[Landing]:
        """Return one row per statement."""
        return _landing(
            (
                statement.line,
                (statement.account_no, statement.opening.currency or None, _yuan(statement.opening.cents),
                 statement.opening.day, _yuan(statement.closing.cents), statement.closing.day),
            )
            for statement in self._statements
        )  # fmt: skip


@dataclass
class _Implied:
    """One account's statement as its entries imply it; days as written."""

    line: int
    account_no: str | None
    opening_cents: int | None
    opening_on: str | None
    closing_cents: int | None
    closing_on: str | None


class ImpliedBook:
    """The book of statements that are only implied by the balances of their entries: one per account.

    Each balance must be the one before, of the same account, plus or minus the amount; where one of these
    cannot be read the chain starts again, and where the account cannot be read every chain does. Quarantined
    entries are part of the chain, and of no statement.
    """

    def __init__(self) -> None:
        """Begin without accounts."""
        self._last: dict[str, tuple[int, int] | None] = {}
        self._implied: dict[str, _Implied] = {}
        self._pending: dict[int, Values] = {}
        self._fault = ""
        self._fault_count = 0

    def enter(self, records: Sequence[Record]) -> None:
        """Follow the chain; entries not quarantined before the next batch belong to the statements."""
        self._settle()
        self._pending = {record.line: record.values for record in records if record.values is not None}
        for record in records:
            self._follow(record)

    def _follow(self, record: Record) -> None:
        values = record.values
        if values is None or grammar.is_missing(values["account_no"], "id"):
            self._last.clear()  # it may be of any account
            return
        account, amount, balance = _account(values), credit_less_debit(values), _balance_after(values)
        before = self._last.get(account)
        if before is not None and amount is not None and balance is not None:
            self._compare(record.line, before, amount, balance)
        self._last[account] = None if balance is None else (record.line, balance)

    def _compare(self, line: int, before: tuple[int, int], amount: int, balance: int) -> None:
        line_before, balance_before = before
        follows = balance_before + amount
        if follows == balance:
            return
        self._fault_count += 1
        self._fault = self._fault or (
            f"the balance of line {line} does not follow: line {line_before} of the same account has"
            f" {yuan(balance_before)}, with {yuan(amount)} that makes {yuan(follows)}, and it is"
            f" {yuan(balance)}: {off_by(balance - follows)}"
        )

    def quarantine(self, lines: Collection[int]) -> None:
        """Leave quarantined entries out of the statements."""
        for line in lines:
            self._pending.pop(line, None)

    def imbalance(self) -> str:
        """Return the first balance that does not follow from the one before, and by how much, or nothing."""
        others = f"; {self._fault_count} balances do not follow" if self._fault_count > 1 else ""
        return self._fault + others

    def note(self) -> str:
        """Return nothing: the format names no currency."""
        return ""

    def landings(self) -> list[Landing]:
        """Return one row per account, opened by its first entry and closed by its last."""
        self._settle()
        return _landing(
            (
                implied.line,
                (implied.account_no, None, _yuan(implied.opening_cents), implied.opening_on,
                 _yuan(implied.closing_cents), implied.closing_on),
            )
            for implied in self._implied.values()
        )  # fmt: skip

    def _settle(self) -> None:
        for line, values in self._pending.items():
            account, balance = _account(values), _balance_after(values)
            if account not in self._implied:
                amount = credit_less_debit(values)
                opening = None if balance is None or amount is None else balance - amount
                self._implied[account] = _Implied(
                    line, values["account_no"], opening, values["booked_on"], balance, values["booked_on"]
                )
            self._implied[account].closing_cents = balance
            self._implied[account].closing_on = values["booked_on"]
        self._pending = {}


def _landing(rows: Iterable[tuple[int, tuple[str | None, ...]]]) -> list[Landing]:
    return [Landing(table="bank__statement", columns=_COLUMNS, rows=list(rows))]


def _balance_after(values: Values) -> int | None:
    return grammar.cents(values["balance_after"] or "")


def _account(values: Values) -> str:
    return grammar.code(values["account_no"] or "")


def _yuan(cents: int | None) -> str | None:
    return None if cents is None else yuan(cents)
