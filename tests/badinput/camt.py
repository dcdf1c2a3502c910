"""Writes camt.053 documents, an entry a line, independently of the reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tests.badinput.model import CANARY, CANARY_ID, MONTH, Expected, Piece, sha256, yuan

V02, V08 = "camt.053.001.02", "camt.053.001.08"


@dataclass(frozen=True)
class Entry:
    """One booked entry, in cents (debits negative); ``reasons`` are those it must be quarantined for."""

    number: int
    cents: int
    reasons: frozenset[str] = frozenset()
    xml: str | None = None
    is_record: bool = True
    amount: str | None = None
    booked: str = "<Dt>2024-06-20</Dt>"
    mark: str | None = None


@dataclass(frozen=True)
class Stmt:
    """One statement: its entries and balances in cents; None leaves a balance out."""

    account: str
    entries: tuple[Entry, ...]
    opening: int | None = 0
    closing: int | None = field(default=-(10**12))

    @property
    def closes(self) -> int | None:
        """The closing balance: as given, else what follows from the entries."""
        if self.closing == -(10**12):
            return (self.opening or 0) + sum(entry.cents for entry in self.entries if entry.is_record)
        return self.closing


@dataclass(frozen=True)
class Camt:
    """camt.053 in a slot of its own."""

    division: str

    def entries(self, count: int = 3) -> tuple[Entry, ...]:
        """Return entries, of which the first is worth so much that another may be quarantined."""
        return tuple(Entry(number, 1_000_000 if number == 1 else 100) for number in range(1, count + 1))

    def stmt(self, *entries: Entry, **options: Any) -> Stmt:
        """Return a statement of this slot's account."""
        return Stmt(f"35{CANARY_ID}{self.division}", entries or self.entries(), **options)

    def text(self, *statements: Stmt, version: str = V08, before: str = "", prefix: str = "") -> str:
        """Return a document; ``before`` stands between the XML declaration and the root."""
        mark = f"xmlns:{prefix}" if prefix else "xmlns"
        body = "\n".join(self._stmt(stmt, version) for stmt in statements)
        whole = (
            f'<?xml version="1.0" encoding="UTF-8"?>{before}\n'
            f'<Document {mark}="urn:iso:std:iso:20022:tech:xsd:{version}"><BkToCstmrStmt>'
            f"<GrpHdr><MsgId>M{self.division}</MsgId></GrpHdr>\n{body}\n</BkToCstmrStmt></Document>\n"
        )
        if not prefix:
            return whole
        head, _, rest = whole.partition("<Document")
        named = rest.replace("</", "\0").replace("<", f"<{prefix}:").replace("\0", f"</{prefix}:")
        return f"{head}<{prefix}:Document{named}"

    def file(self, *statements: Stmt, text: str | None = None, **options: Any) -> Piece:
        """Return the file of statements with a true manifest and the outcome that follows from it."""
        chosen = statements or (self.stmt(),)
        shape = {key: options.pop(key) for key in ("version", "before", "prefix") if key in options}
        content = (text or self.text(*chosen, **shape)).encode()
        normalised = options.pop("normalised", False)
        records = [entry for stmt in chosen for entry in stmt.entries if entry.is_record]
        total = yuan(sum(entry.cents for entry in records))
        manifest = {
            "feed": "bank", "format": "camt.053/1", "division": self.division, "month": MONTH,
            "sequence": 1, "encoding": "utf-8", "rows": len(records), "amount_total": total,
            "sha256": sha256(content), "created_at": "2024-07-03T08:00:00+08:00", "replaces": None, **options,
        }  # fmt: skip
        return Piece("data.xml", content, manifest, _expected(chosen, content.decode(), normalised))

    def _stmt(self, stmt: Stmt, version: str) -> str:
        account = f"<Acct><Id><Othr><Id>{stmt.account}</Id></Othr></Id></Acct>" if stmt.account else ""
        balances = _balance("OPBD", stmt.opening) + _balance("CLBD", stmt.closes)
        lines = [f"<Stmt><Id>S</Id>{account}{balances}"]
        lines += [_entry(entry, version) for entry in stmt.entries]
        return "\n".join([*lines, "</Stmt>"])


def _balance(code: str, cents: int | None) -> str:
    if cents is None:
        return ""
    mark = "DBIT" if cents < 0 else "CRDT"
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="CNY">{yuan(abs(cents))}</Amt><CdtDbtInd>{mark}</CdtDbtInd>'
        "<Dt><Dt>2024-06-30</Dt></Dt></Bal>"
    )


def _entry(entry: Entry, version: str) -> str:
    if entry.xml is not None:
        return entry.xml
    mark = entry.mark or ("DBIT" if entry.cents < 0 else "CRDT")
    party = f"<Nm>{CANARY}</Nm>" if version == V02 else f"<Pty><Nm>{CANARY}</Nm></Pty>"
    status = "<Sts>BOOK</Sts>" if version == V02 else "<Sts><Cd>BOOK</Cd></Sts>"
    side = "Dbtr" if mark == "CRDT" else "Cdtr"
    return (
        f'<Ntry><Amt Ccy="CNY">{entry.amount or yuan(abs(entry.cents))}</Amt><CdtDbtInd>{mark}</CdtDbtInd>'
        f"{status}"
        f"<BookgDt>{entry.booked}</BookgDt><ValDt><Dt>2024-06-21</Dt></ValDt><NtryDtls><TxDtls>"
        f"<Refs><EndToEndId>E{entry.number}</EndToEndId></Refs>"
        f"<RltdPties><{side}>{party}</{side}></RltdPties></TxDtls></NtryDtls></Ntry>"
    )


def _expected(statements: Sequence[Stmt], text: str, normalised: bool | None) -> Expected:
    entries = [(stmt, entry) for stmt in statements for entry in stmt.entries]
    begins = [number for number, line in enumerate(text.splitlines(), start=1) if "Ntry>" in line]
    lines = dict(zip(range(len(entries)), begins, strict=False))
    refused, landed, loaded_cents = {}, {}, 0
    for place, (stmt, entry) in enumerate(entries):
        if entry.is_record and entry.reasons:
            refused[lines.get(place, 0)] = entry.reasons
        elif entry.is_record:
            direction = "C" if (entry.mark or ("DBIT" if entry.cents < 0 else "CRDT")) == "CRDT" else "D"
            landed[lines.get(place, 0)] = {"account_no": stmt.account, "direction": direction}
            loaded_cents += entry.cents
    return Expected(
        state="loaded", loaded=len(landed), refused=refused, repeated=0, loaded_cents=loaded_cents,
        repeated_cents=0, normalised=normalised, table="bank__statement_entry", landed=landed,
    )  # fmt: skip


def given(entry: Entry, **changes: Any) -> Entry:
    """Return an entry with some of it replaced."""
    return replace(entry, **changes)
