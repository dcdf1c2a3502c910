"""The fields of an MT940 statement, parsed by the library ``mt-940`` once their form is known to be valid."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from mt940 import Options
from mt940.models import Transactions
from mt940.processors import transaction_details_post_processor
from mt940.tags import FinalOpeningBalance, StatementGLS, TransactionDetails

from ingestion.files import grammar
from ingestion.files.statements import Balance, joined

# The library logs the text of fields, which are row values.
logging.getLogger("mt940").setLevel(logging.CRITICAL + 1)

# An empty set of transactions: fields are parsed one by one, and no call changes it.
_ALONE = Transactions(options=Options.all())
_BALANCE, _ENTRY, _DETAILS = FinalOpeningBalance(), StatementGLS(), TransactionDetails()
_BALANCE_SHAPE = re.compile(r"[CD][0-9]{6}[A-Z]{3}[0-9]{1,12},[0-9]{0,2}", re.ASCII)
_BALANCE_AMOUNT = len("C240601CNY")
_ENTRY_SHAPE = re.compile(
    r"([0-9]{2})([0-9]{4})([0-9]{4}|[ ]{4})?"  # value date YYMMDD, entry date MMDD
    r"(R?[CD])([A-Z])?"  # mark, funds code
    r"([^A-Z]{1,40})"  # amount, whatever it is
    r"([A-Z][A-Z0-9 ]{3})(.*)",  # kind of transaction, references
    re.DOTALL,
)
_CURRENCY = re.compile(r"(?<=[0-9])[ /]?[A-Z]{3}\Z", re.ASCII)
_MOST_LINES = 3  # that a sender may have broken one :61: into
_PADDING = re.compile(r"0+(?=[0-9])")
_AMOUNT = re.compile(r"([0-9]{1,14})(?:,([0-9]{0,2}))?")
_STRUCTURED = re.compile(r"([0-9]{3})?\?[0-9]{2}")
_PURPOSES = re.compile(r"\?(?:2[0-9]|6[0-3])((?:(?!\?[0-9]{2}).)*)", re.DOTALL)
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


def account(tagged: Tagged) -> str:
    """Return the account: what stands behind the last slash, without a currency code."""
    written = grammar.trim(tagged.lines[0])
    return grammar.trim(_CURRENCY.sub("", written).rpartition("/")[2])


def balance(tagged: Tagged) -> Balance | None:
    """Return a balance, or None when its form, day, currency or amount is invalid."""
    text = _unpadded(tagged.lines[0].strip(), start=_BALANCE_AMOUNT)
    if not _BALANCE_SHAPE.fullmatch(text):
        return None
    try:
        parsed: Any = _BALANCE(_ALONE, _BALANCE.parse(_ALONE, text))[_BALANCE.slug]
    except ValueError:
        return None
    cents = int(parsed.amount.amount * 100)
    return Balance(cents, parsed.date.isoformat(), parsed.amount.currency, tagged.tag.endswith("F"))


def entry(tagged: Tagged, details: list[str]) -> dict[str, str | None] | None:
    """Return the fields of an entry and its details, or None when it has not the form of an entry."""
    match, more = _entry_match(tagged.lines)
    if not match:
        return None
    year, day, entry_day, mark, funds, written, kind, references = match.groups()
    written = _unpadded(written.strip(" "))
    amount = _amount(written)
    booked_on, value_on = _days(year, day, (entry_day or "").strip())
    sound = f"240101{mark}{funds or ''}{written}{kind}"
    if grammar.cents(amount) is not None and not _library_agrees(sound, mark, amount):
        return None
    stated = _details(details)
    own, _, banks = references.partition("//")
    named = (stated.get("end_to_end_reference"), own, banks)
    reference = next((text for text in map(_trimmed, named) if text not in _NO_REFERENCE), None)
    return {
        "booked_on": booked_on,
        "value_on": value_on,
        "amount": amount,
        "direction": _DIRECTIONS[mark],
        "counterparty_name": stated.get("applicant_name"),
        "counterparty_account": stated.get("applicant_iban") or stated.get("gvc_applicant_iban"),
        "reference": reference,
        "purpose": stated.get("purpose") or joined(more),
        "entry_code": kind.strip(),
    }


def _entry_match(lines: list[str]) -> tuple[re.Match[str] | None, list[str]]:
    """Return the match of an entry's line, joined where it is broken, and the lines behind it."""
    for count in range(1, min(len(lines), _MOST_LINES) + 1):
        match = _ENTRY_SHAPE.fullmatch("".join(lines[:count]).rstrip())
        if match:
            return match, lines[count:]
    return None, []


def _unpadded(text: str, *, start: int = 0) -> str:
    """Return an amount from a place in a text on without leading zeros, which do not count."""
    return text[:start] + _PADDING.sub("", text[start:], count=1) if _PADDING.match(text, start) else text


def _amount(written: str) -> str:
    """Return an amount with a point for its comma; anything else as written."""
    match = _AMOUNT.fullmatch(written)
    if not match:
        return written if grammar.cents(written) is None else f"{written}?"
    whole, fraction = match.groups()
    return f"{whole}.{fraction}" if fraction else whole


def _days(year: str, day: str, entry_day: str) -> tuple[str, str]:
    """Return the days of booking and value; as written where one of them is no day."""
    value_on = f"20{year}{day}"
    booked_on = f"20{year}{entry_day or day}"
    try:
        sound = _ENTRY.parse(_ALONE, f"{year}{day}{entry_day}C0,NMSC")
        parsed: Mapping[str, Any] = _ENTRY(_ALONE, sound)
    except ValueError:
        return booked_on, value_on
    booked: date = parsed.get("entry_date") or parsed["date"]
    return booked.isoformat(), parsed["date"].isoformat()


def _library_agrees(sound: str, mark: str, amount: str) -> bool:
    """Return whether the library reads the same amount, in the same direction."""
    try:
        parsed: Mapping[str, Any] = _ENTRY(_ALONE, _ENTRY.parse(_ALONE, sound))
    except (ValueError, RuntimeError, ArithmeticError):
        return False
    sign = 1 if _DIRECTIONS[mark] == "C" else -1
    return bool(parsed["amount"].amount == sign * Decimal(amount))


def _details(details: list[str]) -> dict[str, str | None]:
    """Return the stated details: by subfields (?20) where there are any, else as free text."""
    if not details:
        return {}
    text = "".join(details)
    structure = _STRUCTURED.match(text)
    if not structure:
        return {"purpose": joined(_unwrapped(details))}
    sound = text if structure[1] else f"000{text}"
    parsed = transaction_details_post_processor(
        _ALONE, _DETAILS, {"transaction_details": sound},
        {"transaction_details": sound},
    )  # fmt: skip
    purpose = joined(filter(None, (parsed["purpose"], parsed["additional_purpose"])), between="")
    # Without a purpose of its own the library adds the text to whatever was named last before it.
    whole = joined(_PURPOSES.findall(text), between="")
    return {**parsed, "purpose": purpose or whole or parsed["posting_text"]}


def _unwrapped(details: list[str]) -> list[str]:
    """Return lines of free text, a full line joined with its continuation."""
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
