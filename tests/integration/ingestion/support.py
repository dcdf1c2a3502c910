"""Writes what ingestion reads: a small site, a small production database, files with their manifests."""

from __future__ import annotations

import csv
import hashlib
import io
import itertools
import json
import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from fundwatch.database.warehouse import Warehouse
from fundwatch.settings import Settings
from fundwatch.site import FILES

CITY, COUNTY = "230600", "230602"
DIVISIONS = (
    (CITY, "城", "City", "city", "230000"),
    (COUNTY, "县", "County", "county", CITY),
    ("230603", "区", "District", "county", CITY),
    ("230000", "省", "Province", "province", ""),
)


def write_site(settings: Settings, **rows: Iterable[Sequence[str]]) -> None:
    """Write a site with three divisions and otherwise empty files; ``rows`` fills or replaces some."""
    folder = settings.city / "site"
    folder.mkdir(parents=True, exist_ok=True)
    for name, columns in FILES.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as handle:
            writer = csv.writer(handle)
            writer.writerow(columns)
            writer.writerows(rows.get(name, DIVISIONS if name == "divisions" else ()))


def write_production(settings: Settings, month: str, tables: Mapping[str, Any]) -> Path:
    """Write a SQLite production database: table -> (columns, rows); an existing one is replaced."""
    path = Path(settings.production_url_for(month).removeprefix("sqlite:///"))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as database:
        for name, (columns, rows) in tables.items():
            listed = ", ".join(f'"{column}"' for column in columns.split())
            database.execute(f'create table "{name}" ({listed})')
            marks = ", ".join("?" for _ in columns.split())
            database.executemany(f'insert into "{name}" values ({marks})', rows)
    database.close()
    return path


def write_file(
    settings: Settings, inbox: str, name: str, content: bytes, *, manifest: bool = True, **stated: Any
) -> Path:
    """Put a data file and its manifest in the inbox; ``stated`` replaces what the manifest says."""
    folder = settings.inbox_folder / inbox
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(content)
    if manifest:
        manifest_values = {
            "feed": inbox,
            "division": CITY,
            "month": "2024-06",
            "sequence": 1,
            "encoding": "utf-8",
            "amount_total": None,
            "sha256": hashlib.sha256(content).hexdigest(),
            "created_at": "2024-07-03T08:00:00+08:00",
            "replaces": None,
            **stated,
        }
        (folder / f"{name}.manifest.json").write_text(json.dumps(manifest_values), encoding="utf-8")
    return path


def rows_of(warehouse: Warehouse, query: str, *bound: Any) -> list[tuple]:
    """Return the rows of a query."""
    with warehouse.connect() as connection:
        return connection.execute(query, bound).fetchall()


_VOUCHER_COLUMNS = (
    "voucher_no", "taxpayer_no", "taxpayer_name", "person_id_number", "scheme", "month_from", "month_to",
    "kind", "base", "rate", "amount", "collected_on", "treasury_on", "original_voucher_no", "division",
)  # fmt: skip
_numbers = itertools.count(1)


def voucher(**given: str) -> dict[str, str]:
    """Return a good tax voucher with a number of its own; ``given`` replaces values."""
    return {
        "voucher_no": f"v{next(_numbers)}", "taxpayer_no": "t1", "taxpayer_name": "厂",
        "person_id_number": "", "scheme": "110", "month_from": "202406", "month_to": "2024-06",
        "kind": "employer", "base": "625", "rate": "0.16", "amount": "100.00",
        "collected_on": "2024-06-20", "treasury_on": "", "original_voucher_no": "", "division": COUNTY,
        **given,
    }  # fmt: skip


def vouchers(*rows: Mapping[str, str], encoding: str = "utf-8") -> dict[str, Any]:
    """Return a voucher file and its manifest's figures, as ``write_file`` takes them."""
    amounts = [row["amount"] for row in rows if re.fullmatch(r"-?\d+\.\d\d", row["amount"], re.ASCII)]
    return {
        **file_of(_VOUCHER_COLUMNS, [tuple(row.values()) for row in rows], encoding=encoding),
        "format": "tax-voucher-csv/1",
        "amount_total": str(sum(map(Decimal, amounts), Decimal("0.00"))),
        "encoding": encoding,
    }


def receipts(*rows: Sequence[str]) -> dict[str, Any]:
    """Return a treasury receipt file and its manifest's figures."""
    columns = ["receipt_no", "voucher_no", "scheme", "amount", "received_on", "transferred_on", "division"]
    total = str(sum((Decimal(row[3]) for row in rows), Decimal("0.00")))
    return {**file_of(columns, rows), "format": "treasury-receipt-csv/1", "amount_total": total}


def file_of(
    columns: Sequence[str], rows: Sequence[Sequence[str]], *, encoding: str = "utf-8"
) -> dict[str, Any]:
    """Return the bytes of a CSV file and the number of its rows."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return {"content": text.getvalue().encode(encoding), "rows": len(rows)}
