"""Bank statements as ISO 20022 camt.053.001.02 or .08: one record per entry that is booked.

An entry (Ntry) counts with its own amount and its own CdtDbtInd, which says how it is booked on this account,
for a reversal too: RvslInd only tells that the original went the other way, and so who is the counterparty.
A batch is one entry; who was paid is then unknown, its reference is the batch's. An entry that is not booked
(PDNG, INFO, FUTR) moved nothing and is no record; that there was one is a deviation put right. What a field
cannot hold stays as written, for the grammar to refuse.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO

from lxml import etree

from ingestion.files import grammar
from ingestion.files.contract import Format, Values
from ingestion.files.readers.records import BATCH, Reader, Record
from ingestion.files.readers.statements import Balance, Page, Statement, Statements, joined
from ingestion.files.readers.xml_stream import XmlStream, forget
from ingestion.files.reasons import HEADER_INVALID, UNSAFE_CONTENT, RefusedError

_NAMESPACES = {f"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}" for version in ("02", "08")}
_STATEMENT = ["Document", "BkToCstmrStmt", "Stmt"]
_LARGEST = 2_000_000  # characters and elements of one entry, without the details of a batch
_LONGEST_RAW = 10_000
_NOT_BOOKED = frozenset({"PDNG", "INFO", "FUTR"})
_DIRECTIONS = {"CRDT": "C", "DBIT": "D"}
_OPENING, _CLOSING, _BETWEEN = ("OPBD", "PRCD"), ("CLBD",), "ITBD"
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T[0-9:.]{1,20})?(?:Z|[+-][0-9]{2}:[0-9]{2})?")
_DETAILS = "NtryDtls/TxDtls/"
_REFERENCES = (
    f"{_DETAILS}Refs/EndToEndId", f"{_DETAILS}Refs/TxId", f"{_DETAILS}Refs/InstrId",
    f"{_DETAILS}Refs/AcctSvcrRef", "AcctSvcrRef", "NtryRef",
)  # fmt: skip
_BATCH_REFERENCES = ("NtryDtls/Btch/PmtInfId", "NtryDtls/Btch/MsgId", "AcctSvcrRef", "NtryRef")
_NO_REFERENCE = frozenset({"NOTPROVIDED", "NONREF"})


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
        for entry in self._entries():
            record = self._record(entry)
            if record is not None:
                batch.append(record)
            if len(batch) == BATCH:
                yield batch
                batch = []
        self.is_blank = self._stream.is_blank
        if not self.is_blank and not self.statements:
            self._note(RefusedError(HEADER_INVALID, "the document holds no statement"))
        if self._flaw is not None and not self.is_blank:
            raise self._flaw
        self.normalised = self._stream.has_bom + self._stream.has_crlf + self._has_unbooked
        if batch:
            yield batch

    def _note(self, flaw: RefusedError) -> None:
        """Keep the first flaw: that the file is cut, or does not decode, counts more and may follow."""
        self._flaw = self._flaw or flaw

    def _entries(self) -> Iterator[etree._Element]:
        """Walk the document; yield entries whole, and forget everything that has been dealt with."""
        path: list[str] = []
        weights: list[int] = []
        weight, kept = 0, False
        for event, element in self._stream:
            if event == "start":
                self._begin(element, path)
                path.append(self._name(element))
                weights.append(weight)
                if len(path) == len(_STATEMENT) + 1:
                    weight = 0
                    kept = path[:-1] == _STATEMENT and path[-1] in ("Acct", "Bal", "Ntry")
                continue
            weight += 1 + len(element.text or "") + sum(map(len, element.values()))
            if weight > _LARGEST:
                raise RefusedError(UNSAFE_CONTENT, f"line {element.sourceline} ends an oversized element")
            before = weights.pop()
            if len(path) > len(_STATEMENT) + 1 and kept:
                if path[-1] in ("NtryDtls", "TxDtls") and _is_surplus(element):
                    weight = before
            elif kept and len(path) == len(_STATEMENT) + 1:
                if path[-1] == "Ntry":
                    yield element
                else:
                    self._enter(element, path[-1])
                forget(element)
            else:
                self._end(path)
                forget(element)
            path.pop()

    def _name(self, element: etree._Element) -> str:
        """Return an element's name within the document's own namespace, else nothing."""
        name = element.tag.removeprefix(self._namespace)
        return name if not name.startswith("{") else ""

    def _begin(self, element: etree._Element, path: list[str]) -> None:
        if not path:
            name = etree.QName(element)
            self._namespace = f"{{{name.namespace}}}"
            if name.namespace not in _NAMESPACES or name.localname != "Document":
                self._note(RefusedError(HEADER_INVALID, "the document is no camt.053.001.02 or .08"))
        elif path == _STATEMENT[:-1] and self._name(element) == "Stmt":
            self._page, self._balances = Page(element.sourceline), {}

    def _end(self, path: list[str]) -> None:
        if path != _STATEMENT:
            return
        page = self._page
        page.opening = self._balance(_OPENING, place=0)
        page.closing = self._balance(_CLOSING, place=-1)
        try:
            self._statements.add(page)
        except RefusedError as flaw:
            self._note(flaw)
        self._page = None

    def _balance(self, codes: Sequence[str], *, place: int) -> Balance | None:
        """Return the statement's balance of the first code it has, else one between pages."""
        for code in (*codes, _BETWEEN):
            if found := self._balances.get(code):
                return found[place]
        return None

    def _enter(self, element: etree._Element, name: str) -> None:
        """Take the statement's account, or one of its balances."""
        at = self._finder(element)
        if name == "Acct":
            self._page.account_no = at("Id/IBAN", "Id/Othr/Id") or ""
            return
        code, cents = at("Tp/CdOrPrtry/Cd"), grammar.cents(at("Amt") or "")
        side, day = at("CdtDbtInd"), _day(at("Dt/Dt", "Dt/DtTm"))
        if code not in (*_OPENING, *_CLOSING, _BETWEEN):
            return
        if cents is None or side not in _DIRECTIONS or not grammar.is_date(day or ""):
            self._note(RefusedError(HEADER_INVALID, f"the balance of line {element.sourceline} is not one"))
            return
        is_final = code != _BETWEEN and at("Tp/SubTp/Cd") != "INTM"
        signed = cents if side == "CRDT" else -cents
        balance = Balance(signed, day, self._currency(element), is_final)
        self._balances.setdefault(code, []).append(balance)

    def _currency(self, element: etree._Element) -> str:
        amount = element.find(f"{self._namespace}Amt")
        return "" if amount is None else amount.get("Ccy", "")

    def _record(self, entry: etree._Element) -> Record | None:
        """Return the record of an entry, or None when it is not booked."""
        at = self._finder(entry)
        if at("Sts/Cd", "Sts") in _NOT_BOOKED:
            self._has_unbooked = True
            return None
        if not self._page.account_no:
            self._note(
                RefusedError(HEADER_INVALID, "a statement does not name its account before its entries")
            )
        values = self._values(entry, at)
        self._page.move(self._form.cents_of(values))
        self._line = max(entry.sourceline, self._line + 1)
        raw = etree.tostring(entry, encoding="unicode", with_tail=False)
        return Record(self._line, raw[:_LONGEST_RAW], values)

    def _values(self, entry: etree._Element, at: Callable[..., str | None]) -> Values:
        side = at("CdtDbtInd")
        is_batch = self._is_batch(entry, at)
        party = None if is_batch else self._party(at, side)
        references = _BATCH_REFERENCES if is_batch else _REFERENCES
        written = (at(path) for path in references)
        booked = next(iter(self._balances.values()), [None])[0]
        currency = self._currency(entry)
        amount = at("Amt")
        if amount and booked and currency != booked.currency:
            amount = f"{amount} {currency}"  # another currency's amount cannot be added to this account
        return dict.fromkeys(self._form.names) | {
            "account_no": self._page.account_no,
            "booked_on": _day(at("BookgDt/Dt", "BookgDt/DtTm")),
            "value_on": _day(at("ValDt/Dt", "ValDt/DtTm")),
            "amount": amount,
            "direction": _DIRECTIONS.get(side, side),
            "counterparty_name": party and at(
                f"{party}/Nm", f"{party}/Pty/Nm", f"{party}/Agt/FinInstnId/Nm"
            ),
            "counterparty_account": party and at(f"{party}Acct/Id/IBAN", f"{party}Acct/Id/Othr/Id"),
            "reference": next((one for one in written if one and one not in _NO_REFERENCE), None),
            "purpose": self._purpose(entry, at, is_batch=is_batch),
        }  # fmt: skip

    def _is_batch(self, entry: etree._Element, at: Callable[..., str | None]) -> bool:
        several = [
            True for name in ("NtryDtls/TxDtls", "NtryDtls") if len(entry.findall(self._path(name))) > 1
        ]
        return bool(several) or at("NtryDtls/Btch/NbOfTxs") not in (None, "0", "1")

    def _party(self, at: Callable[..., str | None], side: str | None) -> str:
        """Return the path to who paid in, or was paid; of a reversal, the original's, if it is named."""
        paths = {"CRDT": f"{_DETAILS}RltdPties/Dbtr", "DBIT": f"{_DETAILS}RltdPties/Cdtr"}
        straight = paths.get(side, "")
        reversed_ = next((path for key, path in paths.items() if key != side), "")
        if at("RvslInd") in ("true", "1") and any(
            at(f"{reversed_}{end}") for end in ("/Nm", "/Pty/Nm", "Acct/Id/IBAN", "Acct/Id/Othr/Id")
        ):
            return reversed_
        return straight

    def _purpose(self, entry: etree._Element, at: Callable[..., str | None], *, is_batch: bool) -> str | None:
        lines = [] if is_batch else entry.findall(self._path(f"{_DETAILS}RmtInf/Ustrd"))
        told = joined(_text(line) or "" for line in lines)
        if told or is_batch:
            return told or at("AddtlNtryInf")
        return at(f"{_DETAILS}RmtInf/Strd/CdtrRefInf/Ref", f"{_DETAILS}AddtlTxInf", "AddtlNtryInf")

    def _path(self, path: str) -> str:
        return "/".join(f"{self._namespace}{name}" for name in path.split("/"))

    def _finder(self, element: etree._Element) -> Callable[..., str | None]:
        """Return the function that gives the text at the first of some paths that has any."""

        def at(*paths: str) -> str | None:
            found = (_text(element.find(self._path(path))) for path in paths)
            return next((text for text in found if text), None)

        return at


def _text(element: etree._Element | None) -> str | None:
    """Return an element's text without the white space around it; one with elements in it has none."""
    return None if element is None or len(element) else grammar.trim(element.text or "") or None


def _day(text: str | None) -> str | None:
    """Return the day of a date or a moment, as stated where it was stated; else the text as written."""
    found = _DAY.fullmatch(text or "")
    return found[1] if found else text


def _is_surplus(element: etree._Element) -> bool:
    """Empty all details but the first, and keep no more than one empty one, to tell that there were."""
    before = element.getprevious()
    if before is None or before.tag != element.tag:
        return False
    element.clear(keep_tail=True)
    first = before.getprevious()
    if first is not None and first.tag == element.tag:
        element.getparent().remove(before)
    return True
