"""A city of money as a folder: parameters, two production databases, and the files of tax, bank and books."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
from collections import defaultdict
from pathlib import Path

import fundwatch
from tests.hostile.batches import write_batch
from tests.hostile.drawing import BEFORE, MONTH, Dice, Row, money
from tests.hostile.money import boundaries
from tests.hostile.money.collecting import Money, draw_contributions, draw_credits, draw_receipts
from tests.hostile.money.register import (
    CITY,
    DEADLINES,
    FUNDS,
    NORTH,
    PLACES,
    WORKING_DAYS,
    account_no,
    draw_accounts,
    draw_people,
)
from tests.hostile.money.spending import draw_books, draw_movements, draw_payments, draw_trial_balance
from tests.oracle.catalogue import TABLES
from tests.oracle.records import COLUMNS

_CENTS = ("amount", "debit", "credit", "balance_after", "opening", "closing")


def write_money(folder: Path, seed: int) -> Path:
    """Write the city of a seed; the same seed gives the same rows."""
    dice, tables, drawn = Dice(seed), {table: [] for table in TABLES}, Money()
    accounts = [*draw_accounts(dice), *boundaries.accounts()]
    draw_people(dice, tables)
    draw_contributions(dice, tables, drawn)
    draw_receipts(dice, drawn)
    draw_credits(dice, drawn)
    boundaries.collect(drawn)
    returns = draw_payments(dice, tables)
    returns[MONTH] += boundaries.records()
    draw_movements(dice, drawn, tables["AC82"])
    books = draw_books(dice, drawn.movements, tables["AC82"])
    boundaries.move(drawn, books)
    _write_site(folder / "site", accounts)
    for month in (BEFORE, MONTH):
        batch = _as_of(dice, tables, month)
        for table, rows in boundaries.batch_rows().items():
            keys = {row.get("AAZ257") if table == "AC60" else None for row in rows}
            kept = [row for row in batch[table] if table != "AC60" or row["AAZ257"] not in keys]
            batch = batch | {table: [*kept, *rows]}
        write_batch(folder, month, batch)
    for feed in ("tax", "bank", "civil_registry", "finance"):
        (folder / "inbox" / feed).mkdir(parents=True)
    balances: dict[str, int] = defaultdict(int)
    for month in (BEFORE, MONTH):
        _send(folder, "tax", "tax-voucher-csv/1", month, drawn.vouchers[month])
        _send(folder, "tax", "treasury-receipt-csv/1", month, drawn.receipts[month])
        _send(folder, "bank", "payment-return-csv/1", month, returns[month])
        statement = _statement(drawn, month, balances)
        _send(folder, "bank", "bank-statement-csv/1", month, statement)
        opened = _opened(dice, books[month], balances, statement)
        _send(folder, "finance", "deposit-journal-csv/1", month, opened)
    _send_balances(folder, dice, opened)
    return folder


def _as_of(dice: Dice, tables: dict[str, list[Row]], month: str) -> dict[str, list[Row]]:
    """Give the batch of a month: the earlier one lacks a few rows and has a few otherwise."""
    if month == MONTH:
        return tables
    before = {table: [dict(row) for row in rows if dice.chance(0.97)] for table, rows in tables.items()}
    for row in before["AC01"]:
        row["AAC002"] = row["AAC002"] if dice.chance(0.9) else None
    return before


def _write_site(folder: Path, accounts: list[dict[str, str]]) -> None:
    shutil.copytree(Path(fundwatch.__file__).parent / "example_site", folder)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=list(accounts[0]))
    writer.writeheader()
    writer.writerows(accounts)
    for name, content in (
        ("accounts", text.getvalue()), ("code_map", FUNDS), ("contribution_deadlines", DEADLINES),
        ("working_days", WORKING_DAYS),
    ):  # fmt: skip
        (folder / f"{name}.csv").write_text(content, encoding="utf-8")


def _statement(drawn: Money, month: str, balances: dict[str, int]) -> list[Row]:
    """Write the movements of a month as a statement of all accounts, balances going on."""
    rows = []
    of_month = [
        movement for movement in drawn.movements if (f"{movement[1]:%Y-%m}" > BEFORE) == (month > BEFORE)
    ]
    for number, when, cents, reference, name, other, purpose in sorted(of_month, key=lambda entry: entry[:4]):
        balances[number] += cents
        rows.append(
            {
                "account_no": number, "booked_on": when.isoformat(), "value_on": when.isoformat(),
                "amount": abs(cents), "direction": "C" if cents >= 0 else "D", "counterparty_name": name,
                "counterparty_account": other, "reference": reference, "purpose": purpose,
                "balance_after": balances[number],
            }
        )  # fmt: skip
    return rows


def _opened(dice: Dice, entries: list[Row], balances: dict[str, int], statement: list[Row]) -> list[Row]:
    """Put one opening row before the entries of each account: mostly one that leaves what stands alone."""
    numbers = sorted({str(row["account_no"]) for row in (*entries, *statement)} - {"3500stranger"})
    opening = boundaries.opening() if statement[-1]["booked_on"] > MONTH else []
    for number in numbers:
        if any(row["account_no"] == number for row in opening):
            continue
        moved = sum(int(row["debit"]) - int(row["credit"]) for row in entries if row["account_no"] == number)
        start = balances[number] - moved if dice.chance(0.5) else 0
        if dice.chance(0.9):
            opening.append(
                {
                    "voucher_no": "", "booked_on": "2024-05-01", "account_no": number, "fund": "110",
                    "debit": start, "credit": 0, "counter_kind": "opening", "reference": "", "memo": "",
                }
            )  # fmt: skip
    return [*opening, *(row for row in entries if row["account_no"] != "3500stranger")]


def _send_balances(folder: Path, dice: Dice, journal: list[Row]) -> None:
    for place, (division, fund) in enumerate(PLACES[:3]):
        closes = place == 1 or (place > 1 and dice.chance(0.4))
        own = [row for row in journal if str(row["account_no"]).startswith(f"3500{division}{fund}")]
        deposits = sum(int(row["debit"]) - int(row["credit"]) for row in own)
        rows = draw_trial_balance(dice, fund, deposits, MONTH, closes=closes)
        _send(folder, "finance", "trial-balance-csv/1", MONTH, rows, division)


def send_late_statement(folder: Path) -> None:
    """Write a second statement of the last month: one account moved once more on its last day."""
    row = {
        "account_no": account_no(NORTH, "110", "income"), "booked_on": f"{MONTH}-30", "value_on": "",
        "amount": 4242, "direction": "C", "counterparty_name": "某单位", "reference": "late",
        "balance_after": 4242,
    }  # fmt: skip
    _send(folder, "bank", "bank-statement-csv/1", MONTH, [row], sequence=2)


def _send(
    folder: Path,
    feed: str,
    layout: str,
    month: str,
    rows: list[Row],
    division: str = CITY,
    *,
    sequence: int = 1,
) -> None:
    names = COLUMNS[layout].split()
    written = [
        {
            name: money(int(row[name])) if name in _CENTS and name in row else row.get(name, "")
            for name in names
        }
        for row in rows
    ]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=names)
    writer.writeheader()
    writer.writerows(written)
    total = sum(_total(layout, row) for row in rows)
    content = text.getvalue().encode()
    path = folder / "inbox" / feed / f"{layout.partition('/')[0]}-{month}-{division}-{sequence}.csv"
    path.write_bytes(content)
    manifest = {
        "feed": feed, "format": layout, "division": division, "month": month, "sequence": sequence,
        "encoding": "utf-8", "rows": len(rows), "amount_total": money(total),
        "sha256": hashlib.sha256(content).hexdigest(), "created_at": "2024-07-03T08:00:00+08:00",
        "replaces": None,
    }  # fmt: skip
    path.with_name(f"{path.name}.manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def _total(layout: str, row: Row) -> int:
    if layout == "trial-balance-csv/1":
        return int(row["closing"])
    if layout == "deposit-journal-csv/1":
        return int(row["debit"]) - int(row["credit"])
    return int(row["amount"]) * (-1 if row.get("direction") == "D" else 1)
