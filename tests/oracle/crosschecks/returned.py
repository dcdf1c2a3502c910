"""The bank's payment-return files: which rows are taken."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from tests.oracle.files import FeedFile, loaded
from tests.oracle.production import City
from tests.oracle.records import Record
from tests.oracle.values import ZERO, code_text, day, file_amount, text, written

RETURNS = "payment-return-csv/1"
REQUIRED = ("payment_id", "amount", "result")
RESULTS = ("paid", "returned")
READ = {"amount": written, "value_on": written, "payee_name": text}
LONGEST = 200
Cells = dict[str, str | None]


@dataclass(frozen=True, slots=True)
class ReturnRow:
    """One row: what the bank says of a payment."""

    payment_id: str
    payee_name: str | None
    amount: Decimal
    result: str
    file: str
    place: int


def return_rows(city: City, at: str) -> list[ReturnRow]:
    """Give the rows of the loaded files of months ≤ m."""
    files = loaded(city, "bank", (RETURNS,), at, _accepted)
    return [
        ReturnRow(
            payment_id=cells["payment_id"] or "",
            payee_name=cells["payee_name"],
            amount=file_amount(cells["amount"]) or ZERO,
            result=cells["result"] or "",
            file=file.name,
            place=record.place,
        )
        for file, rows in files
        for record, cells in rows
    ]


def _accepted(_file: FeedFile, records: list[Record]) -> list[tuple[Record, Cells]] | None:
    """Take the rows that pass: of two with one payment id, equal ones once, different ones not at all."""
    groups: dict[str | None, list[tuple[Record, Cells]]] = defaultdict(list)
    refused = []
    for record in records:
        fields = record.fields or {}
        cells = {name: READ.get(name, code_text)(value) for name, value in fields.items()}
        if cells and _is_sound(cells):
            groups[cells["payment_id"]].append((record, cells))
        else:
            refused.append(cells)
    taken = []
    for group in groups.values():
        if all(cells == group[0][1] for _, cells in group):
            taken.append(group[0])
        else:
            refused += [cells for _, cells in group]
    share = sum((abs(_amount(cells)) for cells in refused), ZERO)
    whole = share + sum((abs(_amount(cells)) for group in groups.values() for _, cells in group), ZERO)
    too_many = len(refused) >= 2 and len(refused) * 100 > len(records)
    return None if too_many or share * 100 > whole else taken


def _amount(cells: Cells) -> Decimal:
    return file_amount(cells.get("amount")) or ZERO


def _is_sound(cells: Cells) -> bool:
    if any(cells.get(name) is None for name in REQUIRED) or cells["result"] not in RESULTS:
        return False
    if any(value is not None and len(value) > LONGEST for value in cells.values()):
        return False
    dated = cells.get("value_on")
    return file_amount(cells["amount"]) is not None and (dated is None or day(dated) is not None)
