"""The fields of a camt.053 statement: account, balances, entries."""

from __future__ import annotations

import re

from lxml import etree

from ingestion.files import grammar
from ingestion.files.statements import Balance, joined

OPENING, CLOSING, BETWEEN = ("OPBD", "PRCD"), ("CLBD",), "ITBD"
_NOT_BOOKED = frozenset({"PDNG", "INFO", "FUTR"})
_DIRECTIONS = {"CRDT": "C", "DBIT": "D"}
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T[0-9:.]{1,20})?(?:Z|[+-][0-9]{2}:[0-9]{2})?")
_DETAILS = "NtryDtls/TxDtls/"
_REFERENCES = (
    f"{_DETAILS}Refs/EndToEndId", f"{_DETAILS}Refs/TxId", f"{_DETAILS}Refs/InstrId",
    f"{_DETAILS}Refs/AcctSvcrRef", "AcctSvcrRef", "NtryRef",
)  # fmt: skip
_BATCH_REFERENCES = ("NtryDtls/Btch/PmtInfId", "NtryDtls/Btch/MsgId", "AcctSvcrRef", "NtryRef")
_NO_REFERENCE = frozenset({"NOTPROVIDED", "NONREF"})
_PARTIES = {"CRDT": f"{_DETAILS}RltdPties/Dbtr", "DBIT": f"{_DETAILS}RltdPties/Cdtr"}
_NAMES = ("/Nm", "/Pty/Nm", "/Agt/FinInstnId/Nm")
_CODES = ("BkTxCd/Domn/Cd", "BkTxCd/Domn/Fmly/Cd", "BkTxCd/Domn/Fmly/SubFmlyCd")
_OWN_CODE = "BkTxCd/Prtry/Cd"
_ACCOUNTS = ("Acct/Id/IBAN", "Acct/Id/Othr/Id")


class ElementTexts:
    """The texts of an element's leaf descendants, by their paths.

    Of repeated details (those of a batch) only the first are kept, and their number. ``weight`` counts the
    characters and elements kept.
    """

    def __init__(self, path: str) -> None:
        """Begin with an element; ``path`` is its own and is left out of the others."""
        self.path = path
        self.weight = 0
        self._from = len(path) + 1
        self._texts: dict[str, list[str]] = {}
        self._details = dict.fromkeys(("NtryDtls", "NtryDtls/TxDtls"), 0)
        self._before: dict[str, int] = {}

    def begin(self, path: str) -> None:
        """Count a descendant that starts."""
        name = path[self._from :]
        if name in self._details:
            self._details[name] += 1
            self._before[name] = self.weight

    def add(self, path: str, element: etree._Element) -> bool:
        """Add the text of a descendant that ends; return whether it is a surplus detail."""
        name, text = path[self._from :], element.text or ""
        self.weight += 1 + len(text) + sum(map(len, element.values()))
        if not (self.is_batch and name.startswith("NtryDtls/")):
            if len(element) == 0 and (text := grammar.trim(text)):
                self._texts.setdefault(name, []).append(text)
            if name == "Amt":
                self._texts["Amt/@Ccy"] = [element.get("Ccy", "")]
        is_surplus = self._details.get(name, 0) > 1
        if is_surplus:
            self.weight = self._before[name]
        return is_surplus

    @property
    def is_batch(self) -> bool:
        """Whether there are details of several payments."""
        return max(self._details.values()) > 1

    def all(self, path: str) -> list[str]:
        """Return the texts at a path."""
        return self._texts.get(path, [])

    def text(self, *paths: str) -> str | None:
        """Return the text at the first of some paths that has any."""
        return next((self._texts[path][0] for path in paths if path in self._texts), None)

    @property
    def currency(self) -> str:
        """The currency of its amount."""
        return self.text("Amt/@Ccy") or ""


def account_of(texts: ElementTexts) -> str:
    """Return the number of an account, IBAN or other."""
    return texts.text("Id/IBAN", "Id/Othr/Id") or ""


def balance_of(texts: ElementTexts) -> tuple[str, Balance | None]:
    """Return a balance's code, and the balance (None when its amount, side or day is none)."""
    code, side = texts.text("Tp/CdOrPrtry/Cd") or "", texts.text("CdtDbtInd")
    cents, day = grammar.cents(_amount(texts) or ""), _day(texts.text("Dt/Dt", "Dt/DtTm")) or ""
    if cents is None or side not in _DIRECTIONS or not grammar.is_date(day):
        return code, None
    is_final = code != BETWEEN and texts.text("Tp/SubTp/Cd") != "INTM"
    return code, Balance(cents if side == "CRDT" else -cents, day, texts.currency, is_final)


def is_booked(entry: ElementTexts) -> bool:
    """Return whether an entry moved the account; one without a status counts, the balances will show."""
    return entry.text("Sts/Cd", "Sts") not in _NOT_BOOKED


def entry_of(entry: ElementTexts, *, currency: str | None) -> dict[str, str | None]:
    """Return the fields of an entry; an amount in another currency than the account's keeps its currency."""
    side, amount = entry.text("CdtDbtInd"), _amount(entry)
    is_batch = _is_batch(entry)
    party = "" if is_batch else _party(entry, side)
    written = (entry.text(path) for path in (_BATCH_REFERENCES if is_batch else _REFERENCES))
    return {
        "booked_on": _day(entry.text("BookgDt/Dt", "BookgDt/DtTm", "ValDt/Dt", "ValDt/DtTm")),
        "value_on": _day(entry.text("ValDt/Dt", "ValDt/DtTm")),
        "amount": f"{amount} {entry.currency}" if amount and entry.currency != currency else amount,
        "direction": _DIRECTIONS.get(side or "", side),
        "counterparty_name": entry.text(*_at(party, _NAMES)),
        "counterparty_account": entry.text(*_at(party, _ACCOUNTS)),
        "reference": next((text for text in written if text and text not in _NO_REFERENCE), None),
        "purpose": _purpose(entry, is_batch=is_batch),
        "entry_code": _code(entry),
    }


def _amount(texts: ElementTexts) -> str | None:
    written = texts.text("Amt")
    return written and grammar.plain_amount(written)


def _is_batch(entry: ElementTexts) -> bool:
    return entry.is_batch or entry.text("NtryDtls/Btch/NbOfTxs") not in (None, "0", "1")


def _party(entry: ElementTexts, side: str | None) -> str:
    """Return the path to the counterparty; for a reversal the original's, if it is named."""
    straight = _PARTIES.get(side or "", "")
    opposite = next((path for key, path in _PARTIES.items() if key != side), "")
    is_reversal = entry.text("RvslInd") in ("true", "1")
    return opposite if is_reversal and entry.text(*_at(opposite, _NAMES + _ACCOUNTS)) else straight


def _at(party: str, ends: tuple[str, ...]) -> list[str]:
    return [f"{party}{end}" for end in ends] if party else []


def _code(entry: ElementTexts) -> str | None:
    """Return the bank's transaction code: domain/family/subfamily of ISO 20022, else its own."""
    parts = [text for path in _CODES if (text := entry.text(path))]
    return "/".join(parts) or entry.text(_OWN_CODE)


def _purpose(entry: ElementTexts, *, is_batch: bool) -> str | None:
    if is_batch:
        return entry.text("AddtlNtryInf")
    purpose = joined(entry.all(f"{_DETAILS}RmtInf/Ustrd"))
    return purpose or entry.text(
        f"{_DETAILS}RmtInf/Strd/CdtrRefInf/Ref", f"{_DETAILS}AddtlTxInf", "AddtlNtryInf"
    )


def _day(text: str | None) -> str | None:
    """Return the day of a date or an instant, in the instant's own zone; else the text as written."""
    day = _DAY.fullmatch(text or "")
    return day[1] if day else text
