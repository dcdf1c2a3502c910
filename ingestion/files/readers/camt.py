"""Bank statements as ISO 20022 camt.053.001.02 or .08: one record per entry that is booked.

An entry (Ntry) counts with its own amount and its own CdtDbtInd, which says how it is booked on this account,
for a reversal too: RvslInd only tells that the original went the other way, and so who is the counterparty.
A batch is one entry; who was paid is then unknown, its reference is the batch's. An entry that is not booked
(PDNG, INFO, FUTR) moved nothing and is no record; that there was one is a deviation put right. What a field
cannot hold stays as written, for the grammar to refuse.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import BinaryIO

from lxml import etree

from ingestion.files.contract import Format
from ingestion.files.readers.base import Reader
from ingestion.files.readers.camt_fields import (
    BETWEEN,
    CLOSING,
    OPENING,
    Said,
    account_of,
    balance_of,
    entry_of,
    is_booked,
)
from ingestion.files.readers.xml_stream import XmlStream, forget
from ingestion.files.reasons import HEADER_INVALID, UNSAFE_CONTENT, RefusedError
from ingestion.files.records import BATCH, Record
from ingestion.files.statements import Balance, Page, Statement, Statements

_NAMESPACES = {f"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}" for version in ("02", "08")}
_STATEMENT = "Document/BkToCstmrStmt/Stmt"
_ACCOUNT, _BALANCE, _ENTRY = (f"{_STATEMENT}/{name}" for name in ("Acct", "Bal", "Ntry"))
_WHOLE = frozenset({_ACCOUNT, _BALANCE, _ENTRY})
_LARGEST = 2_000_000  # characters and elements of one entry, without the details of a batch
_LONGEST_RAW = 10_000


class CamtReader(Reader):
    """Reads camt.053; ``statements`` are those of the file once iteration has ended.

    A record's line is the one its Ntry begins on, or the next that is free where several share a line.
    ``normalised`` counts byte order mark, CR LF, and entries that are not booked.
    """

    def __init__(self, handle: BinaryIO, *, form: Format, encoding: str) -> None:
        """Read ``handle`` from where it stands."""
        super().__init__(handle, form=form, encoding=encoding)
        self._stream = XmlStream(handle, encoding=encoding)
        self._statements = Statements()
        self._flaw: RefusedError | None = None
        self._namespace = ""
        self._page: Page | None = None
        self._balances: dict[str, list[Balance]] = {}
        self._line = 0
        self._has_unbooked = False

    @property
    def statements(self) -> Sequence[Statement]:
        """The statements of the file, pages of one put together."""
        return self._statements.found

    def __iter__(self) -> Iterator[list[Record]]:
        """Yield batches of records; what the document lacks is raised when all of it has been read."""
        batch: list[Record] = []
        for element, entry in self._entries():
            batch += self._taken(element, entry)
            if len(batch) == BATCH:
                yield batch
                batch = []
        self.is_blank = self._stream.is_blank
        if not self.is_blank and not self.statements:
            self._note("the document holds no statement")
        if self._flaw is not None and not self.is_blank:
            raise self._flaw
        self.normalised = self._stream.has_bom + self._stream.has_crlf + self._has_unbooked
        if batch:
            yield batch

    def _note(self, message: str) -> None:
        """Keep the first flaw: that the file is cut, or does not decode, counts more and may follow."""
        self._flaw = self._flaw or RefusedError(HEADER_INVALID, message)

    def _entries(self) -> Iterator[tuple[etree._Element, Said]]:
        """Walk the document; yield entries whole, and forget everything that has been dealt with."""
        paths: list[str] = []
        said: Said | None = None
        for event, element in self._stream:
            if event == "start":
                paths.append(self._begin(element, paths[-1] if paths else None))
                if said is not None:
                    said.begin(paths[-1])
                elif paths[-1] in _WHOLE:
                    said = Said(paths[-1])
                continue
            path = paths.pop()
            if said is not None and path != said.path:
                _take(said, path, element)
                continue
            if path == _ENTRY:
                yield element, said
            elif said is not None:
                self._enter(said, line=element.sourceline)
            elif path == _STATEMENT:
                self._close()
            said = None
            forget(element)

    def _begin(self, element: etree._Element, parent: str | None) -> str:
        """Return the path of an element that begins; names of another namespace than the document's are *."""
        tag = element.tag
        if parent is None:
            namespace, _, name = tag.removeprefix("{").rpartition("}")
            self._namespace = f"{{{namespace}}}"
            if namespace not in _NAMESPACES or name != "Document":
                self._note("the document is no camt.053.001.02 or .08")
            return name
        path = f"{parent}/{tag[len(self._namespace) :] if tag.startswith(self._namespace) else '*'}"
        if path == _STATEMENT:
            self._page, self._balances = Page(element.sourceline), {}
        return path

    def _close(self) -> None:
        page = self._page
        page.opening = self._balance(OPENING, place=0)
        page.closing = self._balance(CLOSING, place=-1)
        try:
            self._statements.add(page)
        except RefusedError as flaw:
            self._flaw = self._flaw or flaw
        self._page = None

    def _balance(self, codes: Sequence[str], *, place: int) -> Balance | None:
        """Return the statement's balance of the first code it has, else one between pages."""
        found = next((self._balances[code] for code in (*codes, BETWEEN) if code in self._balances), None)
        return found[place] if found else None

    def _enter(self, said: Said, *, line: int) -> None:
        """Take the statement's account, or one of its balances."""
        if said.path == _ACCOUNT:
            self._page.account_no = account_of(said)
            return
        code, balance = balance_of(said)
        if code not in (*OPENING, *CLOSING, BETWEEN):
            return
        if balance is None:
            self._note(f"the balance of line {line} is not one")
        else:
            self._balances.setdefault(code, []).append(balance)

    def _taken(self, element: etree._Element, entry: Said) -> list[Record]:
        """Return the record of an entry, unless it is not booked."""
        if not is_booked(entry):
            self._has_unbooked = True
            return []
        if not self._page.account_no:
            self._note("a statement names no account before its entries")
        currency = next((one[0].currency for one in self._balances.values()), entry.currency)
        values = {
            **dict.fromkeys(self._form.names),
            "account_no": self._page.account_no,
            **entry_of(entry, currency=currency),
        }
        self._page.move(self._form.cents_of(values))
        self._line = max(element.sourceline, self._line + 1)
        raw = etree.tostring(element, encoding="unicode", with_tail=False)
        return [Record(self._line, raw[:_LONGEST_RAW], values)]


def _take(said: Said, path: str, element: etree._Element) -> None:
    if said.take(path, element):
        _prune(element)
    if said.weight > _LARGEST:
        raise RefusedError(UNSAFE_CONTENT, f"line {element.sourceline} ends an oversized element")


def _prune(element: etree._Element) -> None:
    """Empty details that are not kept, and drop those before them but the first."""
    element.clear(keep_tail=True)
    before = element.getprevious()
    first = None if before is None else before.getprevious()
    if first is not None and first.tag == before.tag == element.tag:
        element.getparent().remove(before)
