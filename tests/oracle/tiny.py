"""A city of a handful of rows, written by a test that knows every figure by heart."""

from __future__ import annotations

import csv
import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.oracle.catalogue import TABLES
from tests.oracle.production import City

MONTH = "2024-06"
Rows = list[dict[str, object]]

DIVISIONS: Rows = [
    {"division": "230000", "level": "province", "parent": ""},
    {"division": "230600", "level": "city", "parent": "230000"},
    {"division": "230602", "level": "county", "parent": "230600"},
    {"division": "230603", "level": "county", "parent": "230600"},
]
PERSON = {
    "AAC001": "P1",
    "AAC002": "230602198001011230",
    "AAC003": "张伟",
    "AAC004": "1",
    "AAC006": "19800101",
    "AAC058": "01",
    "AAC060": "1",
    "AAB301": "230602",
}
EMPLOYER = {
    "AAB001": "E1",
    "AAB004": "城市供水公司",
    "AAB030": "91350100M000100Y43",
    "AAB019": "10",
    "AAB301": "230602",
}
ENROLMENT = {
    "AAZ159": "1",
    "AAC001": "P1",
    "AAE140": "110",
    "AAB001": "E1",
    "AAC008": "1",
    "AAC066": "11",
    "AAC030": "20200101",
    "AAC049": "202001",
    "AAB301": "230602",
}
CONTRIBUTION = {
    "AAZ223": "1",
    "AAC001": "P1",
    "AAB001": "E1",
    "AAE140": "110",
    "AAE002": "202406",
    "AAE003": "202406",
    "AAA115": "10",
    "AAC040": 5000.0,
    "AAE180": 5000.0,
    "AAE020": 800.0,
    "AAE022": 400.0,
    "AAE080": 800.0,
    "AAE082": 400.0,
    "AAE078": 1,
    "AAB191": "20240610",
}
ENTITLEMENT = {
    "AAZ257": "1",
    "AAC001": "P1",
    "AAE140": "110",
    "AIC161": "01",
    "AIC162": "20240401",
    "AAE210": "202405",
    "AAE116": "1",
    "AAE009": "张伟",
    "AAE010": "6222000000000001",
    "AAB301": "230602",
}
PAYMENT = {
    "AAZ220": "1",
    "AAZ257": "1",
    "AAC001": "P1",
    "AAE140": "110",
    "AAE002": "202406",
    "AAE003": "202406",
    "AAE019": 3000.0,
    "AAE010": "6222000000000001",
    "AAE145": "1",
    "AAE117": 1,
}


def tiny_city(folder: Path, tables: dict[str, Rows], *, site: dict[str, Rows] | None = None) -> City:
    """Write a city of one month, 2024-06, from the rows given; tables not given are empty."""
    for name, rows in {"divisions": DIVISIONS, **(site or {})}.items():
        write_csv(folder / "site" / f"{name}.csv", rows)
    (folder / "inbox" / "tax").mkdir(parents=True, exist_ok=True)
    (folder / "inbox" / "civil_registry").mkdir(exist_ok=True)
    with closing(sqlite3.connect(folder / f"production-{MONTH}.db")) as database, database:
        for table, spec in TABLES.items():
            columns = ", ".join(spec.columns)
            database.execute(f"create table {table} ({columns})")
            for row in tables.get(table, []):
                values = [row.get(column) for column in spec.columns]
                marks = ", ".join("?" for _ in values)
                database.execute(f"insert into {table} values ({marks})", values)
    return City(folder)


def write_csv(path: Path, rows: Rows, encoding: str = "utf-8") -> None:
    """Write rows as CSV, the columns those of the first row."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding=encoding, newline="") as lines:
        writer = csv.DictWriter(lines, fieldnames=list(rows[0]), restval="")
        writer.writeheader()
        writer.writerows(rows)


def write_file(
    folder: Path,
    feed: str,
    name: str,
    content: bytes,
    *,
    file_format: str,
    rows: int,
    amount_total: str | None = None,
    month: str = MONTH,
    sequence: int = 1,
    encoding: str = "utf-8",
) -> None:
    """Put a feed file and its true manifest into the inbox."""
    path = folder / "inbox" / feed / name
    path.write_bytes(content)
    manifest = {
        "feed": feed,
        "format": file_format,
        "division": "230600",
        "month": month,
        "sequence": sequence,
        "encoding": encoding,
        "rows": rows,
        "amount_total": amount_total,
        "sha256": hashlib.sha256(content).hexdigest(),
        "created_at": "2024-07-03T08:00:00+08:00",
        "replaces": None,
    }
    path.with_name(f"{name}.manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
