"""Bank statements as SWIFT MT940: one record per :61:, with the :86: that follows it.

The library ``mt-940`` parses the fields; they are found and counted here, because it skips what it does not
recognise, assigns text behind a closing balance to an entry, shifts 30 February, and stops in the middle of
an unusual amount. It is only given short fields in the form that it is certain to parse completely.

A line is read as a field, or as the end of a message, only where one may stand: what begins like one within
the text of an entry is text. Lines that a sender broke within :61: or before :86: are joined.

C and RD (a debit taken back) are money in, D and RC money out. The entry date has no year: it is the one
nearest the value date, which replaces a missing one. Statements are read one by one; the pages of one (60M,
62M) are joined. A value that no field can hold is passed on as written, for the grammar to refuse.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from ingestion.files.contract import Format
from ingestion.files.readers import mt940_fields as fields
from ingestion.files.readers.base import Reader
from ingestion.files.readers.mt940_fields import Tagged
from ingestion.files.readers.pieces import Pieces
from ingestion.files.reasons import HEADER_INVALID, TRUNCATED, WRONG_FIELD_COUNT, CheckFailedError
from ingestion.files.records import Record, in_batches
from ingestion.files.statements import Balance, Page, Statement, Statements

_TAG = re.compile(r"[\s\ufeff]*:([0-9]{2}[A-Z]?|NS):")
_LONGEST_FIELD = 10_000
_BEHIND_ENTRIES = frozenset({"61", "86", "NS", "62", "62F", "62M"})
_OF_ENTRIES = frozenset({"61", "60F", "60M", "62F", "62M", "25", "25P"})


class Mt940Reader(Reader):
    """Reads MT940; ``statements`` are complete once iteration has ended.

    ``normalised`` counts byte order mark, end mark and carriage returns, each of which ends a line.
    """

    def __init__(self, handle: BinaryIO, *, form: Format, encoding: str) -> None:
        """Read ``handle`` from its position."""
        super().__init__(handle, form=form, encoding=encoding)
        self._pieces = Pieces(handle, encoding=encoding)
        self._statements = Statements()
        self._page: Page | None = None
        self._entry: Tagged | None = None
        self._details: list[str] = []
        self._flaw: CheckFailedError | None = None
        self._has_return = self._is_wrapped = self._is_over = self._is_closed = self._ends_whole = False

    @property
    def statements(self) -> Sequence[Statement]:
        """The statements of the file, pages of one put together."""
        return self._statements.statements

    def __iter__(self) -> Iterator[list[Record]]:
        """Yield batches of records; a flaw of a statement is raised once all of the file has been read."""
        return in_batches(self._records())

    def _records(self) -> Iterator[Record]:
        for tagged in self._tagged():
            if tagged.tag not in ("86", "NS"):
                yield from self._completed()
            self._enter(tagged)
        yield from self._completed()
        self.is_blank = self._pieces.is_blank
        if not self.is_blank:
            self._end()
        self.normalised = self._pieces.deviations + self._has_return

    def _end(self) -> None:
        """Raise what is wrong with the file as a whole."""
        page = self._page
        is_cut = not (self._is_over or self._is_closed)
        if page is not None and (is_cut or not (self._ends_whole or (page.closing and page.holds))):
            raise CheckFailedError(TRUNCATED, f"the file ends inside the statement of line {page.line}")
        self._close()
        if self._is_wrapped:
            raise CheckFailedError(TRUNCATED, "the file ends inside a message")
        if not self.statements:
            self._note("the file holds no statement")
        if self._flaw is not None:
            raise self._flaw

    def _lines(self) -> Iterator[tuple[int, str]]:
        """Yield the numbered lines of the file; a line of the colon that belongs to 86: is put before it."""
        number, colon = 0, ""
        for piece in self._pieces:
            text = piece.utf8.decode()
            self._has_return = self._has_return or "\r" in text
            lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
            self._ends_whole = not lines[-1]
            if self._ends_whole:
                lines.pop()
            for line in lines:
                number += 1
                if colon and line.startswith("86:"):
                    yield number, f":{line}"
                    colon = ""
                    continue
                if colon:
                    yield number - 1, colon
                colon = line if line.strip() == ":" else ""
                if not colon:
                    yield number, line
        if colon:
            yield number, colon

    def _tagged(self) -> Iterator[Tagged]:
        """Yield the fields of the file; envelopes of messages only mark where they end."""
        current: Tagged | None = None
        place = "head"
        for number, line in self._lines():
            match = _TAG.match(line)
            tag = _tag_at(place, match[1] if match else "", line)
            if tag:
                if current is not None:
                    yield current
                current = Tagged(tag, number, [line[match.end() :] if match else line])
                place = _PLACES.get(tag, place)
            elif current is not None and current.size < _LONGEST_FIELD:
                current.add(line)
        if current is not None:
            yield current

    def _enter(self, tagged: Tagged) -> None:
        self._is_over = tagged.tag == "-"
        if tagged.tag == "-":
            self._leave(tagged.lines[0])
        elif tagged.tag == "20":
            self._close()
            self._page, self._is_closed = Page(tagged.line), False
        elif self._page is None:
            if tagged.tag in _OF_ENTRIES:
                self._note(f"line {tagged.line} belongs to no statement")
        elif tagged.tag == "61":
            self._entry = tagged
        elif tagged.tag == "86" and self._entry is not None:
            self._details += tagged.lines
        else:
            self._enter_in_page(self._page, tagged)

    def _leave(self, line: str) -> None:
        """Enter a line of an envelope; a single hyphen before the closing balance is text."""
        is_hyphen = line.strip() == "-"
        if not is_hyphen:
            self._is_wrapped = line.startswith("{")
        if not is_hyphen or (self._page and self._page.closing):
            self._close()

    def _enter_in_page(self, page: Page, tagged: Tagged) -> None:
        """Enter the statement's account, or one of its balances."""
        if tagged.tag in ("25", "25P"):
            self._ensure(tagged, is_right=not page.account_no)
            page.account_no = fields.account(tagged)
        elif tagged.tag in ("60F", "60M"):
            self._ensure(tagged, is_right=page.opening is None)
            page.opening = self._balance(tagged)
        elif tagged.tag in ("62F", "62M"):
            self._ensure(tagged, is_right=page.closing is None)
            page.closing, self._is_closed = self._balance(tagged), True

    def _balance(self, tagged: Tagged) -> Balance | None:
        balance = fields.balance(tagged)
        self._ensure(tagged, is_right=balance is not None)
        return balance

    def _completed(self) -> list[Record]:
        """Return the record of the entry that is complete now, if there is one."""
        tagged, self._entry, page = self._entry, None, self._page
        if tagged is None or page is None:
            return []
        details, self._details = self._details, []
        if not page.account_no:
            self._note(f"the statement of line {page.line} names no account before its entries")
        raw = "\n".join([f":61:{tagged.lines[0]}", *tagged.lines[1:], *_shown(details)])[:_LONGEST_FIELD]
        given = fields.entry(tagged, details)
        if given is None:
            page.add_entry(None)
            return [Record(tagged.line, raw, values=None, fault=WRONG_FIELD_COUNT)]
        values = {**dict.fromkeys(self._form.names), "account_no": page.account_no, **given}
        page.add_entry(self._form.cents(values))
        return [Record(tagged.line, raw, values)]

    def _close(self) -> None:
        page, self._page = self._page, None
        if page is None:
            return
        try:
            self._statements.add(page)
        except CheckFailedError as flaw:
            self._flaw = self._flaw or flaw

    def _ensure(self, tagged: Tagged, *, is_right: bool) -> None:
        if not is_right:
            self._note(f"field {tagged.tag} of line {tagged.line} is not one, or is there twice")

    def _note(self, message: str) -> None:
        """Keep the first flaw; a cut file, or one that does not decode, has precedence and may follow."""
        self._flaw = self._flaw or CheckFailedError(HEADER_INVALID, message)


# Where the lines behind a field stand: before the entries of a statement, among them, or behind them.
_PLACES = {"20": "head", "61": "entries", "62": "tail", "62F": "tail", "62M": "tail", "-": "head"}


def _tag_at(place: str, tag: str, line: str) -> str:
    """Return the tag of a line, - for an envelope or the end of a message, or nothing for text."""
    if place == "entries":
        return tag if tag in _BEHIND_ENTRIES else ""
    is_end = line.startswith(("{", "-}", "}")) or (place == "tail" and line.strip() == "-")
    return tag or ("-" if is_end else "")


def _shown(details: Sequence[str]) -> list[str]:
    return [f":86:{details[0]}", *details[1:]] if details else []
