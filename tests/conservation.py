"""The law of conservation: what was landed counts in staging or is listed with a reason, to row and cent.

Landed texts are read by the oracle; what is listed is what ``fundwatch uncounted`` lists.
"""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg

from expectations.uncounted import Uncounted, uncounted
from fundwatch.catalogue import TABLES, Column
from tests.oracle.values import amount, code_text, text, written

Row = tuple[str, int]
Cell = tuple[str, str, str, int]
_STAGING = Path(__file__).parents[1] / "dbt_project" / "models" / "staging" / "production"
_TYPED = ("amount", "count", "date", "month")
_TEXTS = ("name", "text")
_PLACES = ("source_file_id", "source_row", "row_key", "written_key", "handled_digits")
# Landed table of files -> its staging model, and landed columns of which staging names its own.
FILES: dict[str, tuple[str, dict[str, str]]] = {
    "tax__voucher": (
        "staging_tax.stg_tax__voucher",
        {
            "voucher_no": "voucher_no", "taxpayer_no": "taxpayer_no", "person_id_number": "person_id_number",
            "scheme": "scheme", "month_from": "from_month", "month_to": "to_month", "kind": "kind",
            "base": "base_amount", "rate": "contribution_rate", "amount": "amount",
            "collected_on": "collected_on", "treasury_on": "treasury_on", "division": "division",
            "original_voucher_no": "original_voucher_no",
        },
    ),
    "tax__treasury_receipt": (
        "staging_tax.stg_tax__treasury_receipt",
        {
            "receipt_no": "receipt_no", "voucher_no": "voucher_no", "scheme": "scheme", "amount": "amount",
            "received_on": "received_on", "transferred_on": "transferred_on", "division": "division",
        },
    ),
    "bank__statement": (
        "staging_bank.stg_bank__statement",
        {
            "account_no": "account_no", "opening_balance": "opening_amount", "opening_on": "opening_on",
            "closing_balance": "closing_amount", "closing_on": "closing_on",
        },
    ),
    "bank__statement_entry": (
        "staging_bank.stg_bank__statement_entry",
        {
            "account_no": "account_no", "booked_on": "booked_on", "value_on": "value_on", "amount": "amount",
            "direction": "direction", "counterparty_name": "counterparty_name", "purpose": "purpose",
            "balance_after": "balance_after_amount", "entry_code": "entry_code",
        },
    ),
    "bank__payment_return": (
        "staging_bank.stg_bank__payment_return",
        {
            "payment_id": "payment_id", "account_no": "account_no", "payee_name": "payee_name",
            "amount": "amount", "result": "result", "reason": "reason", "value_on": "value_on",
        },
    ),
    "civil_registry__death_event": (
        "staging_civil_registry.stg_civil_registry__death_event",
        {
            "source_event_id": "source_event_id", "event_type": "event_type", "id_number": "id_number",
            "name": "person_name", "sex": "sex", "birth_date": "birth_on", "death_date": "latest_death_on",
            "category": "category", "registered_on": "registered_on", "certificate_no": "certificate_no",
            "division": "division",
        },
    ),
    "finance__deposit_journal": (
        "staging_finance.stg_finance__deposit_journal",
        {
            "voucher_no": "voucher_no", "booked_on": "booked_on", "account_no": "account_no", "fund": "fund",
            "debit": "debit_amount", "credit": "credit_amount", "counter_kind": "counter_kind",
        },
    ),
    "finance__trial_balance": (
        "staging_finance.stg_finance__trial_balance",
        {
            "month": "book_month", "fund": "fund", "subject_code": "subject_code",
            "opening": "opening_amount", "debit": "debit_amount", "credit": "credit_amount",
            "closing": "closing_amount",
        },
    ),
}  # fmt: skip


def unaccounted(connection: psycopg.Connection, *, month: str) -> list[str]:
    """List what neither counts nor is listed, of every production table and every table of files."""
    listed: dict[str, list[Uncounted]] = defaultdict(list)
    for cell in uncounted(connection, month=month):
        listed[cell.table_name].append(cell)
    wrongs = []
    for name in TABLES.keys() - {"AA10"}:
        wrongs += _of_production(connection, name, listed[name], month)
    for name in FILES:
        wrongs += _of_files(connection, name, listed[name], month)
    return sorted(wrongs)


def staged_columns(table: str) -> dict[str, str]:
    """Landed column -> the column of its staging model that is null where the value does not count."""
    model = (_STAGING / f"stg_production__{table.lower()}.sql").read_text(encoding="utf-8")
    pairs = dict(re.findall(r"\blanded\.(\w+)\)? as (\w+)", model))
    classes = dict(re.findall(r"join_code\('(\w+)', '(\w+)'\)", model))
    codes = re.findall(r"(\w+)\.code as (\w+)", model)
    pairs |= {classes[alias]: name for alias, name in codes}
    pairs |= dict(re.findall(r"open_code\('\w+', '(\w+)'\) }} as (\w+)", model))
    pairs = {landed: name for landed, name in pairs.items() if name not in _PLACES}
    pairs.pop("handled_on", None)
    if "join_division()" in model:
        pairs["aab301"] = "division"
    return {**pairs, "aae036": "handled_on"}


def _of_production(
    connection: psycopg.Connection, name: str, listed: list[Uncounted], month: str
) -> list[str]:
    pairs = staged_columns(name)
    columns = {column.landed: column for column in TABLES[name].columns if column.landed in pairs}
    landed = _rows(
        connection,
        f"select _file_id, _row, {', '.join(columns)} from {TABLES[name].landing}"
        " where _valid_from <= %(month)s and (_valid_to is null or _valid_to > %(month)s)",
        month,
    )
    staged = _rows(
        connection,
        f"select source_file_id, source_row, is_superseded, {', '.join(pairs[column] for column in columns)}"
        f" from staging_production.stg_production__{name.lower()}",
        month,
    )
    wrongs = _differing(name, "rows", landed.keys(), staged.keys())
    excluded = {row for row, (is_superseded, *_) in staged.items() if is_superseded}
    kept_out = {(cell.source_file_id, cell.source_row) for cell in listed if cell.column_name is None}
    wrongs += _differing(name, "rows kept out", excluded, kept_out)
    unread, sums = set(), defaultdict(Decimal)
    for row, values in landed.items():
        for place, column in enumerate(columns.values()):
            counted = staged[row][place + 1] if row in staged else None
            if _is_given(column, values[place]) and counted is None:
                unread.add((column.name, *row))
            if column.kind == "amount":
                sums[column.name] += _exact(values[place]) - (counted or 0)
    reasons = {
        (cell.column_name, cell.source_file_id, cell.source_row)
        for cell in listed
        if cell.column_name and cell.column_name.lower() in columns and cell.reason != "rounded"
    }
    wrongs += _differing(name, "cells", unread, reasons)
    for cell in listed:
        if cell.column_name and cell.reason == "rounded":
            sums[cell.column_name] += cell.difference or 0
    return wrongs + [f"{name}: {column} is off by {size}" for column, size in sums.items() if size]


def _of_files(connection: psycopg.Connection, name: str, listed: list[Uncounted], month: str) -> list[str]:
    model, pairs = FILES[name]
    names = ", ".join(f'landed."{column}"' for column in pairs)
    landed = _rows(
        connection,
        f"select _file_id, _row, {names} from landing.{name} as landed"
        " join ops.files as files on files.file_id = landed._file_id"
        " where files.state = 'loaded' and files.month <= %(month)s",
        month,
    )
    staged = _rows(
        connection, f"select source_file_id, source_row, {', '.join(pairs.values())} from {model}", month
    )
    superseded = {(cell.source_file_id, cell.source_row) for cell in listed}
    wrongs = _differing(name, "rows", landed.keys(), staged.keys() | superseded)
    wrongs += _differing(name, "rows superseded", landed.keys() - staged.keys(), superseded)
    for place, (column, counted) in enumerate(pairs.items()):
        given = {row for row in staged if code_text(landed[row][place]) is not None}
        missing = {row for row in given if staged[row][place] is None}
        wrongs += [f"{name}: {column} counts for nothing in {row}" for row in sorted(missing)]
        if counted.endswith("amount") and column != "base":
            both = landed.keys() & (staged.keys() | superseded)
            total = sum(_exact(landed[row][place]) for row in both)
            kept = sum((staged[row][place] or Decimal(0)) for row in staged)
            out = sum(_exact(landed[row][place]) for row in superseded)
            wrongs += [f"{name}: {column} is off by {total - kept - out}"] if total != kept + out else []
    return wrongs


def _rows(connection: psycopg.Connection, query: str, month: str) -> dict[Row, tuple[Any, ...]]:
    rows = connection.execute(query, {"month": month}).fetchall()
    return {(file_id, position): tuple(values) for file_id, position, *values in rows}


def _is_given(column: Column, value: str | None) -> bool:
    if column.kind in _TYPED:
        return written(value) is not None
    is_free = column.kind in _TEXTS and not column.is_key
    return (text(value) if is_free else code_text(value)) is not None


def _exact(value: str | None) -> Decimal:
    """Read what an amount says, without the noise of floating numbers; nothing for what is none."""
    cleaned = written(value)
    if amount(cleaned) is None:
        return Decimal(0)
    exact = Decimal(cleaned or "")
    return Decimal(f"{float(exact):.15g}") if abs(exact) < Decimal("1e13") else exact


def _differing(name: str, what: str, ours: Any, theirs: Any) -> list[str]:
    return [f"{name}: {what}: {key}" for key in sorted(set(ours) ^ set(theirs), key=str)]
