"""Corrections of a month that was verified: of contributions, registers, declarations and vouchers."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from decimal import Decimal
from pathlib import Path

Rows = list[dict[str, str]]
_TOTALLED = ("wage_bill", "wage_total", "amount")


def correct_contributions(database: sqlite3.Connection, chance: random.Random) -> None:
    """Correct, remove, add and move contributions of a few persons."""
    for rowid in _drawn(database, chance, "AC43", 4):
        database.execute("update AC43 set AAE180 = AAE180 + 37.11 where rowid = ?", (rowid,))
    for rowid in _drawn(database, chance, "AC43", 2):
        database.execute("delete from AC43 where rowid = ?", (rowid,))
    for rowid in _drawn(database, chance, "AC43 where AAA115 = '10'", 2):
        key = f"booked-{chance.random()}"
        database.execute("create temporary table booked as select * from AC43 where rowid = ?", (rowid,))
        database.execute("update booked set AAZ223 = ?, AAA115 = '32', AAE022 = 12.34", (key,))
        database.execute("insert into AC43 select * from booked")
        database.execute("drop table booked")
    (rowid,) = _drawn(database, chance, "AC43", 1)
    (unit,) = _drawn(database, chance, "AB01", 1)
    database.execute(
        "update AC43 set AAB001 = (select AAB001 from AB01 where rowid = ?) where rowid = ?", (unit, rowid)
    )


def correct_collections(database: sqlite3.Connection, chance: random.Random) -> None:
    """Correct what a few units were collected on."""
    for rowid in _drawn(database, chance, "AB07", 3):
        database.execute(
            "update AB07 set AAB120 = AAB120 + 512.5, AAE020 = AAE020 + 82 where rowid = ?", (rowid,)
        )


def correct_persons(database: sqlite3.Connection, chance: random.Random) -> None:
    """Give one person the number of another, and others another first day or identity."""
    one, other = _drawn(database, chance, "AC01 where AAC002 is not null", 2)
    database.execute(
        "update AC01 set AAC002 = (select AAC002 from AC01 where rowid = ?) where rowid = ?", (other, one)
    )
    for rowid in _drawn(database, chance, "AC02 where AAC066 = '11'", 2):
        database.execute("update AC02 set AAC030 = '20230301' where rowid = ?", (rowid,))
    (rowid,) = _drawn(database, chance, "AC02 where AAC066 = '11'", 1)
    database.execute("update AC02 set AAC066 = '12' where rowid = ?", (rowid,))


def correct_units(database: sqlite3.Connection, chance: random.Random) -> None:
    """Give a unit another method, another its kind, and one a smaller unit's number of taxpayer."""
    (rowid,) = _drawn(database, chance, "AB02 where AAB033 in ('01', '02')", 1)
    database.execute(
        "update AB02 set AAB033 = case AAB033 when '01' then '02' else '01' end where rowid = ?", (rowid,)
    )
    (rowid,) = _drawn(database, chance, "AB01", 1)
    database.execute(
        "update AB01 set AAB019 = case AAB019 when '10' then '20' else '10' end where rowid = ?", (rowid,)
    )
    units = database.execute(
        "select AAB001 from AB07 where AAB001 in (select AAB001 from AB01) group by AAB001 order by AAB001"
    ).fetchall()
    smaller, larger = sorted(unit for (unit,) in chance.sample(units, 2))
    database.execute(
        "update AB01 set AAB030 = (select AAB030 from AB01 where AAB001 = ?) where AAB001 = ?",
        (larger, smaller),
    )


def write_again(inbox: Path, layout: str, column: str, *, chance: random.Random) -> None:
    """Send a further file in which the rows of a few subjects say something else in a column of amounts."""
    sent = {
        manifest["sequence"]: path
        for path in inbox.rglob("*.csv")
        if (manifest := _manifest(path))["format"] == layout
    }
    path, sequence = sent[1], max(sent) + 1
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    subject = "taxpayer_no" if "taxpayer_no" in rows[0] else "unit_id"
    written = [row for row in rows if row[column] and row.get("kind") != "person"]
    subjects = chance.sample(sorted({row[subject] for row in written}), 3)
    corrected = [
        row | {column: f"{Decimal(row[column]) + 120 * (sequence - 1)}"}
        for row in written
        if row[subject] in subjects
    ]
    if layout.startswith("tax"):
        corrected = [
            row | {"voucher_no": f"{row['voucher_no']}-{sequence}", "original_voucher_no": ""}
            for row in corrected
        ]
    _send(path, corrected, sequence=sequence)


Correction = Callable[[sqlite3.Connection, random.Random], None]


def correct(database: Path, corrections: tuple[Correction, ...], chance: random.Random) -> None:
    """Correct a month's production database."""
    with closing(sqlite3.connect(database)) as connection, connection:
        for correction in corrections:
            correction(connection, chance)


def _drawn(database: sqlite3.Connection, chance: random.Random, rows: str, count: int) -> list[int]:
    rowids = [rowid for (rowid,) in database.execute(f"select rowid from {rows} order by 1")]
    return chance.sample(rowids, count)


def _manifest(path: Path) -> dict:
    return json.loads(path.with_name(f"{path.name}.manifest.json").read_text(encoding="utf-8"))


def _send(first: Path, rows: Rows, *, sequence: int) -> None:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    content = text.getvalue().encode()
    total = next((name for name in _TOTALLED if name in rows[0]), None)
    cents = sum(Decimal(row[total] or 0) for row in rows) if total else None
    path = first.with_name(f"sent-{sequence}-{first.name}")
    path.write_bytes(content)
    manifest = _manifest(first) | {
        "sequence": sequence, "rows": len(rows), "sha256": hashlib.sha256(content).hexdigest(),
        "amount_total": None if cents is None else f"{cents:.2f}",
    }  # fmt: skip
    path.with_name(f"{path.name}.manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
