"""The records of one feed file, by its format: columns, required values, amounts, refusals."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from decimal import Decimal

from tests.oracle.statements import camt_entries, swift_entries
from tests.oracle.values import file_amount

POLICE_FIELDS = (
    ("source_event_id", 0, 20),
    ("event_type", 20, 21),
    ("name", 21, 61),
    ("sex", 61, 62),
    ("id_number", 62, 80),
    ("birth_date", 80, 88),
    ("death_date", 88, 96),
    ("category", 96, 98),
    ("registered_on", 98, 106),
    ("division", 106, 112),
)
POLICE_BYTES = 160
POLICE_EVENTS = {"C": "create", "U": "correct", "R": "revoke"}

COLUMNS = {
    "tax-voucher-csv/1": "voucher_no taxpayer_no taxpayer_name person_id_number scheme month_from "
    "month_to kind base rate amount collected_on treasury_on original_voucher_no division",
    "treasury-receipt-csv/1": "receipt_no voucher_no scheme amount received_on transferred_on division",
    "bank-statement-csv/1": "account_no booked_on value_on amount direction counterparty_name "
    "counterparty_account reference purpose balance_after",
    "payment-return-csv/1": "payment_id account_no payee_name amount result reason value_on",
    "cremation-csv/1": "source_event_id event_type name sex id_number birth_date death_date "
    "cremated_on certificate_no division",
    "deposit-journal-csv/1": "voucher_no booked_on account_no fund debit credit counter_kind reference memo",
    "trial-balance-csv/1": "month fund subject_code subject_name opening debit credit closing",
    "base-application-csv/1": "application_no unit_id id_number scheme wage_year kind applied_on "
    "effective_month new_base decision decided_on division",
}

STATEMENTS = ("camt.053/1", "mt940/1")


@dataclass(frozen=True)
class Record:
    """One record: its 1-based place among the records, and its fields (None: wrong shape)."""

    place: int
    fields: dict[str, str] | None


def records(file_format: str, encoding: str, content: bytes) -> list[Record] | None:
    """Read the records of a file; None when the whole file cannot be read by its format."""
    try:
        if file_format == "police-fixed/1":
            return _fixed_width(content)
        text = content.decode(encoding).removeprefix("\ufeff")
    except (UnicodeDecodeError, LookupError):
        return None
    if file_format in STATEMENTS:
        entries = camt_entries(content) if file_format == "camt.053/1" else swift_entries(text)
        return None if entries is None else [Record(place, entry) for place, entry in enumerate(entries, 1)]
    if file_format == "death-certificate-jsonl/1":
        lines = [line for line in text.splitlines() if line.strip()]
        return [Record(place, _certificate(line)) for place, line in enumerate(lines, 1)]
    return _separated(text, COLUMNS[file_format].split())


def record_amount(file_format: str, fields: dict[str, str]) -> Decimal | None:
    """Give what a record adds to its file's total; None where that does not parse."""
    signed = {
        "tax-voucher-csv/1": ("amount", None),
        "treasury-receipt-csv/1": ("amount", None),
        "payment-return-csv/1": ("amount", None),
        "trial-balance-csv/1": ("closing", None),
        "deposit-journal-csv/1": ("debit", "credit"),
    }
    if file_format in ("bank-statement-csv/1", *STATEMENTS):
        value = file_amount(fields["amount"].strip())
        return value if value is None or fields["direction"].strip() == "C" else -value
    plus, minus = signed[file_format]
    value = file_amount(fields[plus].strip() or "0")
    if minus is None or value is None:
        return value
    less = file_amount(fields[minus].strip() or "0")
    return None if less is None else value - less


def _separated(text: str, columns: list[str]) -> list[Record] | None:
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    if not rows:
        return None
    header = [name.strip() for name in rows[0]]
    if any(header.count(column) != 1 for column in columns):
        return None
    records = []
    for place, row in enumerate((row for row in rows[1:] if row), 1):
        fields = dict(zip(header, row, strict=True)) if len(row) == len(header) else None
        records.append(Record(place, fields))
    return records


def _fixed_width(content: bytes) -> list[Record] | None:
    """Widths are in bytes: slice first, decode after."""
    content.decode("gb18030")
    records = []
    lines = content.removesuffix(b"\r\n").split(b"\r\n") if content else []
    for place, line in enumerate(lines, 1):
        if len(line) != POLICE_BYTES:
            records.append(Record(place, None))
            continue
        cells = {name: line[first:last].decode("gb18030") for name, first, last in POLICE_FIELDS}
        cells["event_type"] = POLICE_EVENTS.get(cells["event_type"], cells["event_type"])
        records.append(Record(place, cells))
    return records


def _certificate(line: str) -> dict[str, str] | None:
    try:
        event = json.loads(line)
        deceased, death = event.get("deceased") or {}, event.get("death") or {}
    except (json.JSONDecodeError, AttributeError):
        return None
    cells = {
        "source_event_id": event.get("id"),
        "event_type": event.get("action"),
        "name": deceased.get("name"),
        "sex": deceased.get("sex"),
        "id_number": deceased.get("idNumber"),
        "birth_date": deceased.get("birthDate"),
        "death_date": death.get("date"),
        "death_date_precision": death.get("precision"),
        "registered_on": event.get("registeredOn"),
        "division": event.get("division"),
    }
    return {name: "" if value is None else str(value) for name, value in cells.items()}
