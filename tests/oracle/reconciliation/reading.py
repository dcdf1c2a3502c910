"""The records of the files of tax, bank and finance, and what their statements close with."""

from __future__ import annotations

import hashlib
import re
import xml.etree.ElementTree as ET
from decimal import Decimal

from tests.oracle.files import FeedFile
from tests.oracle.records import Record
from tests.oracle.values import ZERO, code_text, file_amount, text, written

_TEXTS = {"reference", "purpose", "counterparty_name", "memo", "payee_name", "subject_name", "taxpayer_name"}


def accept(_file: FeedFile, records: list[Record]) -> list[tuple[Record, dict]]:
    """Take all rows: the cities of these tests hold none that is refused."""
    return [
        (
            record,
            {
                name: (text if name in _TEXTS else code_text if name not in _READ else written)(value)
                for name, value in (record.fields or {}).items()
            },
        )
        for record in records
    ]


_READ = {
    "amount",
    "booked_on",
    "value_on",
    "debit",
    "credit",
    "received_on",
    "transferred_on",
    "balance_after",
}


def by_slot(loaded_file: tuple[FeedFile, list]) -> tuple[str, int, str]:
    """The order of files: month, sequence, division."""
    manifest = loaded_file[0].manifest
    return manifest.month, manifest.sequence, manifest.division


def name_of(file: FeedFile, place: int) -> str:
    """Name a record of a file."""
    return hashlib.sha256(f"{file.manifest.sha256}:{place}".encode()).hexdigest()[:16]


def closings(file: FeedFile, rows: list[tuple[Record, dict]]) -> list[tuple[str, Decimal]]:
    """Give account and closing balance of each statement of a file, in its order."""
    if file.manifest.format == "camt.053/1":
        balances = []
        for statement in ET.fromstring(file.content).findall(".//{*}Stmt"):  # noqa: S314 - our own files
            account = "".join(statement.find("{*}Acct/{*}Id").itertext()).strip()
            for balance in statement.findall("{*}Bal"):
                if "CLBD" in "".join(balance.find("{*}Tp").itertext()):
                    amount = Decimal(balance.findtext("{*}Amt"))
                    balances.append(
                        (account, -amount if balance.findtext("{*}CdtDbtInd") == "DBIT" else amount)
                    )
        return balances
    if file.manifest.format == "mt940/1":
        balances, account = [], ""
        for line in file.content.decode(file.manifest.encoding).splitlines():
            if line.startswith(":25:"):
                account = line[4:].rpartition("/")[2]
            closing = re.match(r":62F:([CD])\d{6}[A-Z]{3}([0-9,]+)", line)
            if closing:
                amount = Decimal(closing[2].replace(",", ".").rstrip("."))
                balances.append((account, -amount if closing[1] == "D" else amount))
        return balances
    return [
        (cells["account_no"], file_amount(cells["balance_after"]) or ZERO)
        for _, cells in rows
        if cells["balance_after"] is not None
    ]
