"""Bank statements as readers find them: an opening and a closing balance, and the sum of the entries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ingestion.files import grammar
from ingestion.files.reasons import HEADER_INVALID, CheckFailedError


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

    ``holds`` says whether its balances, and those of its pages, follow from one another; it is True where an
    amount between them cannot be read.
    """

    line: int
    account_no: str
    opening: Balance
    closing: Balance
    holds: bool = True


class Page:
    """A statement, or one page of it, while it is read."""

    def __init__(self, line: int) -> None:
        """Begin a page at a line."""
        self.line = line
        self.account_no = ""
        self.opening: Balance | None = None
        self.closing: Balance | None = None
        self._entry_cents = 0
        self._is_legible = True

    def add_entry(self, cents: int | None) -> None:
        """Count an entry: credits positive, debits negative, None where the amount cannot be read."""
        self._entry_cents += cents or 0
        self._is_legible = self._is_legible and cents is not None

    @property
    def holds(self) -> bool:
        """Whether the closing balance is the opening one plus all entries."""
        if not self._is_legible or self.opening is None or self.closing is None:
            return True
        return self.opening.cents + self._entry_cents == self.closing.cents

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
        return Statement(self.line, self.account_no, opening, closing, self.holds)


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
            self.statements.append(statement)
            return
        last.holds = last.holds and statement.holds and last.closing.cents == statement.opening.cents
        last.closing = statement.closing


def _continues(page: Statement, last: Statement) -> bool:
    return page.account_no == last.account_no and not (page.opening.is_final or last.closing.is_final)


def joined(pieces: Iterable[str], *, between: str = " ") -> str | None:
    """Return free text given in pieces: those pieces that together fit into a field, at least the first."""
    text = ""
    for piece in filter(None, (grammar.trim(piece) for piece in pieces)):
        longer = f"{text}{between}{piece}" if text else piece
        if text and len(longer) > grammar.LONGEST:
            break
        text = longer
    return text or None
