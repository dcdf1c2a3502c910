"""Bank statements as ISO 20022 camt.053.001.02 or .08: one record per entry that is booked.

An entry (Ntry) counts with its own amount and its own CdtDbtInd, which says how it is booked on this account,
also for a reversal: RvslInd only says that the original went the other way, and so who the counterparty is.
A batch is one entry without a counterparty; its reference is the batch's. An entry that is not booked (PDNG,
INFO, FUTR) moved nothing and is no record; it counts as a normalised deviation. A value that no field can
hold is passed on as written, for the grammar to refuse.
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
    ElementTexts,
    account_of,
    balance_of,
    entry_of,
    is_booked,
)
from ingestion.files.readers.xml_stream import XmlStream, forget
from ingestion.files.reasons import HEADER_INVALID, UNSAFE_CONTENT, CheckFailedError
from ingestion.files.records import Record, in_batches
from ingestion.files.statements import Balance, Page, Statement, Statements

_NAMESPACES = {f"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}" for version in ("02", "08")}
_STATEMENT = "Document/BkToCstmrStmt/Stmt"
_ACCOUNT, _BALANCE, _ENTRY = (f"{_STATEMENT}/{name}" for name in ("Acct", "Bal", "Ntry"))
_WHOLE = frozenset({_ACCOUNT, _BALANCE, _ENTRY})
_LARGEST = 2_000_000  # characters and elements of one entry, without the details of a batch
_LONGEST_RAW = 10_000


class CamtReader(Reader):
    """Reads camt.053; ``statements`` are complete once iteration has ended.

    A record's line is the one its Ntry begins on, or the next free one where several share a line.
    ``normalised`` counts byte order mark, CR LF, end mark, and entries that are not booked.
    """

    def __init__(self, handle: BinaryIO, *, form: Format, encoding: str) -> None:
        """Read ``handle`` from its position."""
        super().__init__(handle, form=form, encoding=encoding)
        self._stream = XmlStream(handle, encoding=encoding)
        self._statements = Statements()
        self._flaw: CheckFailedError | None = None
        self._namespace = ""
        self._page: Page | None = None
        self._balances: dict[str, list[Balance]] = {}
        self._line = 0
        self._has_unbooked = False

    @property
    def statements(self) -> Sequence[Statement]:
        """The statements of the file, pages of one put together."""
        return self._statements.statements

    def __iter__(self) -> Iterator[list[Record]]:
        """Yield batches of records; a flaw of the document is raised once all of it has been read."""
        return in_batches(self._booked())

    def _booked(self) -> Iterator[Record]:
        for element, entry in self._entries():
            yield from self._records(element, entry)
        stream = self._stream
        self.is_blank = stream.is_blank
        if not self.is_blank and not self.statements:
            self._note("the document holds no statement")
        if self._flaw is not None and not self.is_blank:
            raise self._flaw
        self.normalised = stream.has_bom + stream.has_crlf + stream.has_end_mark + self._has_unbooked

    def _note(self, message: str) -> None:
        """Keep the first flaw; a cut file, or one that does not decode, has precedence and may follow."""
        self._flaw = self._flaw or CheckFailedError(HEADER_INVALID, message)

    def _entries(self) -> Iterator[tuple[etree._Element, ElementTexts]]:
        """Walk the document; yield complete entries, and free everything that has been processed."""
        paths: list[str] = []
        texts: ElementTexts | None = None
        for event, element in self._stream:
            if event == "start":
                paths.append(self._begin(element, paths[-1] if paths else None))
                if texts is not None:
                    texts.begin(paths[-1])
                elif paths[-1] in _WHOLE:
                    texts = ElementTexts(paths[-1])
                continue
            path = paths.pop()
            if texts is not None and path != texts.path:
                _add(texts, path, element)
                continue
            if texts is None:
                if path == _STATEMENT:
                    self._close()
            elif path == _ENTRY:
                yield element, texts
            else:
                self._enter(texts, line=element.sourceline)
            texts = None
            forget(element)

    def _begin(self, element: etree._Element, parent: str | None) -> str:
        """Return the path of a starting element; names of another namespace than the document's are *."""
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
        page = self._open_page
        page.opening = self._balance(OPENING, place=0)
        page.closing = self._balance(CLOSING, place=-1)
        try:
            self._statements.add(page)
        except CheckFailedError as flaw:
            self._flaw = self._flaw or flaw
        self._page = None

    @property
    def _open_page(self) -> Page:
        """The page being read: an element within Stmt has one."""
        if self._page is None:
            raise CheckFailedError(HEADER_INVALID, "an entry or a balance is in no statement")
        return self._page

    def _balance(self, codes: Sequence[str], *, place: int) -> Balance | None:
        """Return the statement's balance of the first code it has, else one between pages."""
        balances = next((self._balances[code] for code in (*codes, BETWEEN) if code in self._balances), None)
        return balances[place] if balances else None

    def _enter(self, texts: ElementTexts, *, line: int) -> None:
        """Enter the statement's account, or one of its balances."""
        if texts.path == _ACCOUNT:
            self._open_page.account_no = account_of(texts)
            return
        code, balance = balance_of(texts)
        if code not in (*OPENING, *CLOSING, BETWEEN):
            return
        if balance is None:
            self._note(f"the balance of line {line} is not one")
        else:
            balances = self._balances.setdefault(code, [])
            balances[1:] = [balance] if balances else []  # the first and the last count
            balances[:1] = balances[:1] or [balance]

    def _records(self, element: etree._Element, entry: ElementTexts) -> list[Record]:
        """Return the record of an entry, unless it is not booked."""
        if not is_booked(entry):
            self._has_unbooked = True
            return []
        page = self._open_page
        if not page.account_no:
            self._note("a statement names no account before its entries")
        currency = next((balances[0].currency for balances in self._balances.values()), entry.currency)
        values = {
            **dict.fromkeys(self._form.names),
            "account_no": page.account_no,
            **entry_of(entry, currency=currency),
        }
        page.add_entry(self._form.cents(values))
        self._line = max(element.sourceline, self._line + 1)
        raw = etree.tostring(element, encoding="unicode", with_tail=False)
        return [Record(self._line, raw[:_LONGEST_RAW], values)]


def _add(texts: ElementTexts, path: str, element: etree._Element) -> None:
    if texts.add(path, element):
        _prune(element)
    if texts.weight > _LARGEST:
        raise CheckFailedError(UNSAFE_CONTENT, f"line {element.sourceline} ends an oversized element")


def _prune(element: etree._Element) -> None:
    """Empty surplus details, and remove those before them but the first."""
    element.clear(keep_tail=True)
    before = element.getprevious()
    first = None if before is None else before.getprevious()
    if first is not None and first.tag == before.tag == element.tag:
        element.getparent().remove(before)
