"""Bank statements as readers find them: two balances, and what moved between them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ingestion.files import grammar
from ingestion.files.reasons import HEADER_INVALID, RefusedError


@dataclass(frozen=True)
class Balance:
    """What lies on an account, in cents; ``is_final`` is False between the pages of one statement."""

    cents: int
    day: str
    currency: str
    is_final: bool = True


@dataclass
class Statement:
    """One statement of one account; ``line`` is where it begins in the file, days are as written.

    ``holds`` tells that its balances, and those of its pages, follow from one another; where an amount
    between them cannot be read there is nothing to tell, and it is True.
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
        self._moved_cents = 0
        self._is_legible = True

    def move(self, cents: int | None) -> None:
        """Count an entry: credits positive, debits negative, None where the amount cannot be read."""
        self._moved_cents += cents or 0
        self._is_legible = self._is_legible and cents is not None

    @property
    def holds(self) -> bool:
        """Whether the closing balance is the opening one and all that moved."""
        if not self._is_legible or self.opening is None or self.closing is None:
            return True
        return self.opening.cents + self._moved_cents == self.closing.cents

    def lacks(self) -> str:
        """Return what a statement must have and this one has not, or nothing."""
        needed = {
            "account": self.account_no,
            "opening balance": self.opening,
            "closing balance": self.closing,
        }
        return ", ".join(name for name, found in needed.items() if not found)


class Statements:
    """The statements of a file, in its order; pages that continue one another are one statement."""

    def __init__(self) -> None:
        """Begin with none."""
        self.found: list[Statement] = []

    def add(self, page: Page) -> None:
        """Take a whole page.

        Raises: RefusedError (HEADER_INVALID: it lacks its account or a balance, or they differ in currency).
        """
        lacking = page.lacks()
        if lacking:
            raise RefusedError(
                HEADER_INVALID, f"the statement that begins in line {page.line} lacks its {lacking}"
            )
        if page.opening.currency != page.closing.currency:
            raise RefusedError(
                HEADER_INVALID, f"the balances of the statement of line {page.line} differ in currency"
            )
        last = self.found[-1] if self.found else None
        if last is None or not _continues(page, last):
            found = Statement(page.line, page.account_no, page.opening, page.closing, page.holds)
            self.found.append(found)
            return
        last.holds = last.holds and page.holds and last.closing.cents == page.opening.cents
        last.closing = page.closing


def _continues(page: Page, last: Statement) -> bool:
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
