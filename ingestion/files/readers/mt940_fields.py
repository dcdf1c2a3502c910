"""The fields of an MT940 statement, read by the library ``mt-940`` once their shape is known to be sound."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from mt940 import Options
from mt940.models import Transactions
from mt940.processors import transaction_details_post_processor
from mt940.tags import FinalOpeningBalance, StatementGLS, TransactionDetails

from ingestion.files import grammar
from ingestion.files.statements import Balance, joined

# The library logs the text of fields, which are row values.
logging.getLogger("mt940").setLevel(logging.CRITICAL + 1)

# Of no statement: fields are read one by one, and none of these calls changes it.
_ALONE = Transactions(options=Options.all())
_BALANCE, _ENTRY, _DETAILS = FinalOpeningBalance(), StatementGLS(), TransactionDetails()
_BALANCE_SHAPE = re.compile(r"[CD][0-9]{6}[A-Z]{3}[0-9]{1,12},[0-9]{0,2}", re.ASCII)
_ENTRY_SHAPE = re.compile(
    r"([0-9]{2})([0-9]{4})([0-9]{4}|[ ]{4})?"  # value date YYMMDD, entry date MMDD
    r"(R?[CD])([A-Z])?"  # mark, funds code
    r"([^A-Z]{1,40})"  # amount, whatever it is
    r"([A-Z][A-Z0-9 ]{3})(.*)",  # kind of transaction, references
    re.DOTALL,
)
_AMOUNT = re.compile(r"([0-9]{1,14})(?:,([0-9]{0,2}))?")
_STRUCTURED = re.compile(r"([0-9]{3})?\?[0-9]{2}")
_DIRECTIONS = {"C": "C", "RD": "C", "D": "D", "RC": "D"}
_NO_REFERENCE = frozenset({"", "NONREF", "NOTPROVIDED"})
_FULL_LINE = 65


@dataclass
class Tagged:
    """One field: its tag, the line it begins on, its lines without the tag."""

    tag: str
    line: int
    lines: list[str]
    size: int = 0

    def add(self, line: str) -> None:
        """Add a continuation line."""
        self.lines.append(line)
        self.size += len(line) + 1


def balance(tagged: Tagged) -> Balance | None:
    """Return a balance, or None when it is not one (what is no day, currency or amount included)."""
    text = tagged.lines[0].strip()
    if not _BALANCE_SHAPE.fullmatch(text):
        return None
    try:
        found = _BALANCE(_ALONE, _BALANCE.parse(_ALONE, text))[_BALANCE.slug]
    except ValueError:
        return None
    cents = int(found.amount.amount * 100)
    return Balance(cents, found.date.isoformat(), found.amount.currency, tagged.tag.endswith("F"))


def entry(tagged: Tagged, details: list[str]) -> dict[str, str | None] | None:
    """Return what an entry and its details say, or None when the entry has not the shape of one."""
    found = _ENTRY_SHAPE.fullmatch(tagged.lines[0].rstrip())
    if not found:
        return None
    year, day, entry_day, mark, funds, written, kind, references = found.groups()
    amount = _amount(written.strip(" "))
    booked_on, value_on = _days(year, day, (entry_day or "").strip())
    sound = f"240101{mark}{funds or ''}{written.strip(' ')}{kind}"
    if grammar.cents(amount) is not None and not _library_agrees(sound, mark, amount):
        return None
    told = _told(details)
    own, _, banks = references.partition("//")
    named = (told.get("end_to_end_reference"), own, banks)
    reference = next((one for one in map(_trimmed, named) if one not in _NO_REFERENCE), None)
    return {
        "booked_on": booked_on,
        "value_on": value_on,
        "amount": amount,
        "direction": _DIRECTIONS[mark],
        "counterparty_name": told.get("applicant_name"),
        "counterparty_account": told.get("applicant_iban") or told.get("gvc_applicant_iban"),
        "reference": reference,
        "purpose": told.get("purpose") or joined(tagged.lines[1:]),
    }


def _amount(written: str) -> str:
    """Return an amount with a point for its comma; anything else as written."""
    found = _AMOUNT.fullmatch(written)
    if not found:
        return written if grammar.cents(written) is None else f"{written}?"
    whole, fraction = found.groups()
    return f"{whole}.{fraction}" if fraction else whole


def _days(year: str, day: str, entry_day: str) -> tuple[str, str]:
    """Return the days of booking and value; as written where one of them is none."""
    value_on = f"20{year}{day}"
    booked_on = f"20{year}{entry_day or day}"
    try:
        sound = _ENTRY.parse(_ALONE, f"{year}{day}{entry_day}C0,NMSC")
        found = _ENTRY(_ALONE, sound)
    except ValueError:
        return booked_on, value_on
    booked: date = found.get("entry_date") or found["date"]
    return booked.isoformat(), found["date"].isoformat()


def _library_agrees(sound: str, mark: str, amount: str) -> bool:
    """Return whether the library reads the same amount, in the same direction."""
    try:
        found = _ENTRY(_ALONE, _ENTRY.parse(_ALONE, sound))
    except (ValueError, RuntimeError, ArithmeticError):
        return False
    sign = 1 if _DIRECTIONS[mark] == "C" else -1
    return found["amount"].amount == sign * Decimal(amount)


def _told(details: list[str]) -> dict[str, str | None]:
    """Return what the details say: by subfields (?20) where they have any, else as free text."""
    if not details:
        return {}
    text = "".join(details)
    found = _STRUCTURED.match(text)
    if not found:
        return {"purpose": joined(_unwrapped(details))}
    sound = text if found[1] else f"000{text}"
    told = transaction_details_post_processor(
        _ALONE, _DETAILS, {"transaction_details": sound},
        {"transaction_details": sound},
    )  # fmt: skip
    purpose = joined(filter(None, (told["purpose"], told["additional_purpose"])), between="")
    return {**told, "purpose": purpose or told["posting_text"]}


def _unwrapped(details: list[str]) -> list[str]:
    """Return lines of free text, a line that was full with the one it goes on in."""
    whole: list[str] = []
    is_open = False
    for line in details:
        if is_open:
            whole[-1] += line
        else:
            whole.append(line)
        is_open = len(line) == _FULL_LINE
    return whole


def _trimmed(text: str | None) -> str:
    return grammar.trim(text or "")
