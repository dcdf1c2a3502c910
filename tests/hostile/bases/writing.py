"""A city of bases as a folder: parameters, three production databases, and declarations and vouchers."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
from decimal import Decimal
from pathlib import Path

import fundwatch
from tests.bases.random_declarations import COLUMNS as DECLARED
from tests.hostile.bases.corners import add_corners
from tests.hostile.bases.register import SITE
from tests.hostile.bases.rows import FIRST_BATCH, SECOND_BATCH, Drawn
from tests.hostile.bases.units import draw_unit
from tests.hostile.batches import write_batch
from tests.hostile.drawing import MONTH, Dice, Row, code
from tests.oracle.records import COLUMNS

LANDED = (FIRST_BATCH, SECOND_BATCH, MONTH)
UNITS = 200
_TOTALLED = ("wage_bill", "wage_total", "amount")


def write_bases(folder: Path, seed: int, *, units: int = UNITS) -> Path:
    """Write the city of a seed; the same seed gives the same rows."""
    dice, drawn = Dice(seed), Drawn()
    for place in range(units):
        draw_unit(dice, drawn, place)
    add_corners(drawn)
    shutil.copytree(Path(fundwatch.__file__).parent / "example_site", folder / "site")
    for name, text in SITE.items():
        (folder / "site" / f"{name}.csv").write_text(text, encoding="utf-8")
    for month in LANDED:
        _write_batch(folder, month, drawn)
    for layout, names in {**DECLARED, "tax-voucher-csv/1": COLUMNS["tax-voucher-csv/1"]}.items():
        _send(folder, layout, names.split(), drawn.files[layout])
    return folder


def _write_batch(folder: Path, month: str, drawn: Drawn) -> None:
    """Write what production says in a month: rows booked by then, as they were before they were rewritten."""
    until, is_last = code(month), month == MONTH
    batch = {
        table: [
            _as_of(row, month, drawn) for row in rows if is_last or str(row.get("AAE002") or "") <= str(until)
        ]
        for table, rows in drawn.tables.items()
    }
    write_batch(folder, month, batch)


def _as_of(row: Row, month: str, drawn: Drawn) -> Row:
    until, former = drawn.former.get(id(row), ("", {}))
    return row | former if month <= until else row


def _send(folder: Path, layout: str, names: list[str], rows: list[Row]) -> None:
    feed = "tax" if layout.startswith("tax") else "declaration"
    inbox = folder / "inbox" / feed
    inbox.mkdir(parents=True, exist_ok=True)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=names, restval="")
    writer.writeheader()
    writer.writerows(rows)
    total = next((name for name in _TOTALLED if name in names), None)
    cents = sum(Decimal(str(row.get(total) or 0)) for row in rows) if total else None
    content = text.getvalue().encode()
    path = inbox / f"{layout.partition('/')[0]}-{MONTH}-230602.csv"
    path.write_bytes(content)
    manifest = {
        "feed": feed, "format": layout, "division": "230602", "month": MONTH, "sequence": 1,
        "encoding": "utf-8", "rows": len(rows), "amount_total": None if cents is None else f"{cents:.2f}",
        "sha256": hashlib.sha256(content).hexdigest(), "created_at": "2024-06-20T08:00:00+08:00",
        "replaces": None,
    }  # fmt: skip
    path.with_name(f"{path.name}.manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
