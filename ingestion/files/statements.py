"""Bank statements as readers find them: an opening and a closing balance, and the sum of the entries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ingestion.files import grammar
from ingestion.files.reasons import HEADER_INVALID, UNSAFE_CONTENT, CheckFailedError

_MOST_STATEMENTS = 200_000  # all of them are kept until the file is decided


@dataclass(frozen=True)
class Balance:
    """The balance of an account, in cents; ``is_final`` is False between the pages of one statement."""

    cents: int
    day: str
    currency: str
    is_final: bool = True


@dataclass
class Statement:
    """One statement of one account; ``line`` is where it begins in the file, days are as written.

    ``fault`` says which balance, of it or of its pages, does not follow from those before; it is empty where
    an amount between them cannot be read. ``entry_cents`` sums its entries.
    """

    line: int
    account_no: str
    opening: Balance
    closing: Balance
    fault: str = ""
    entry_cents: int = 0

    @property
    def holds(self) -> bool:
        """Whether its balances follow from one another."""
        return not self.fault


class Page:
    """A statement, or one page of it, while it is read."""

    def __init__(self, line: int) -> None:
        """Begin a page at a line."""
        self.line = line
        self.account_no = ""
        self.opening: Balance | None = None
        self.closing: Balance | None = None
        self._entry_cents = self._entry_count = 0
        self._is_legible = True

    def add_entry(self, cents: int | None) -> None:
        """Count an entry: credits positive, debits negative, None where the amount cannot be read."""
        self._entry_cents += cents or 0
        self._entry_count += 1
        self._is_legible = self._is_legible and cents is not None

    @property
    def holds(self) -> bool:
        """Whether the closing balance is the opening one plus all entries."""
        return not self.fault

    @property
    def fault(self) -> str:
        """How the closing balance differs from the opening one plus all entries, or nothing."""
        if not self._is_legible or self.opening is None or self.closing is None:
            return ""
        follows = self.opening.cents + self._entry_cents
        if follows == self.closing.cents:
            return ""
        return (
            f"it opens at {yuan(self.opening.cents)}, its {self._entry_count} entries come to"
            f" {yuan(self._entry_cents)}, which makes {yuan(follows)}, and it closes at"
            f" {yuan(self.closing.cents)}: {off_by(self.closing.cents - follows)}"
        )

    def lacks(self) -> str:
        """Return which required parts are missing, or nothing."""
        required = {
            "account": self.account_no,
            "opening balance": self.opening,
            "closing balance": self.closing,
        }
        return ", ".join(name for name, part in required.items() if not part)

    def statement(self) -> Statement:
        """Return the page as a statement of its own.

        Raises: CheckFailedError (HEADER_INVALID: no account or balance, or balances of two currencies).
        """
        opening, closing = self.opening, self.closing
        if opening is None or closing is None or not self.account_no:
            raise CheckFailedError(
                HEADER_INVALID, f"the statement that begins in line {self.line} lacks its {self.lacks()}"
            )
        if opening.currency != closing.currency:
            raise CheckFailedError(
                HEADER_INVALID, f"the balances of the statement of line {self.line} differ in currency"
            )
        return Statement(self.line, self.account_no, opening, closing, self.fault, self._entry_cents)


class Statements:
    """The statements of a file, in its order; pages that continue one another are one statement."""

    def __init__(self) -> None:
        """Begin without statements."""
        self.statements: list[Statement] = []

    def add(self, page: Page) -> None:
        """Add a complete page: a statement of its own, or the next page of the last one.

        Raises: CheckFailedError (HEADER_INVALID: no account or balance, or balances of two currencies).
        """
        statement = page.statement()
        last = self.statements[-1] if self.statements else None
        if last is None or not _continues(statement, last):
            if len(self.statements) == _MOST_STATEMENTS:
                raise CheckFailedError(UNSAFE_CONTENT, f"it holds more than {_MOST_STATEMENTS} statements")
            self.statements.append(statement)
            return
        gap = statement.opening.cents - last.closing.cents
        torn = (
            f"its page of line {statement.line} opens at {yuan(statement.opening.cents)}, the one before"
            f" closes at {yuan(last.closing.cents)}: {off_by(gap)}"
        )
        last.fault = last.fault or (torn if gap else statement.fault)
        last.closing = statement.closing
        last.entry_cents += statement.entry_cents


def _continues(page: Statement, last: Statement) -> bool:
    return page.account_no == last.account_no and not (page.opening.is_final or last.closing.is_final)


def yuan(cents: int) -> str:
    """Return cents as an amount."""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def off_by(cents: int) -> str:
    """Return by how much a balance is not the one that follows."""
    return f"{yuan(abs(cents))} too {'much' if cents > 0 else 'little'}"


def joined(pieces: Iterable[str], *, between: str = " ") -> str | None:
    """Return free text given in pieces: those pieces that together fit into a field, at least the first."""
    text = ""
    for piece in filter(None, (grammar.trim(piece) for piece in pieces)):
        longer = f"{text}{between}{piece}" if text else piece
        if text and len(longer) > grammar.LONGEST:
            break
        text = longer
    return text or None
