"""A small city with every fault planted, and the readers of its files and of its truth."""

from __future__ import annotations

import csv
import json
import sqlite3
from decimal import Decimal
from pathlib import Path

MONTHS = ("2023-11", "2023-12", "2024-01", "2024-02", "2024-03", "2024-04", "2024-05")
LAST = MONTHS[-1]
CENT = Decimal("0.01")


def select(city: Path, table: str, month: str = LAST) -> list[dict[str, object]]:
    """Return the rows of a production table as of a month."""
    connection = sqlite3.connect(city / f"production-{month}.db")
    connection.row_factory = sqlite3.Row
    rows = [dict(row) for row in connection.execute(f"select * from {table}")]
    connection.close()
    return rows


def truth(city: Path, rule: str, month: str = LAST) -> tuple[list[dict], list[dict]]:
    """Return what is planted for a rule in a month, and the rule's decoys."""
    recorded = json.loads((city / "truth" / f"{rule}.json").read_text())
    return [item for item in recorded["planted"] if _is_planted_in(item, month)], recorded["decoys"]


def _is_planted_in(item: dict, month: str) -> bool:
    return item["first_month"] <= month <= (item.get("last_month") or month)


def site(city: Path, name: str) -> list[dict[str, str]]:
    """Return the rows of a site file."""
    return list(csv.DictReader((city / "site" / f"{name}.csv").read_text().splitlines()))


def yuan(value: object) -> Decimal:
    """Return an amount to the cent."""
    return Decimal(str(value)).quantize(CENT)
