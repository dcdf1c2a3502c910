"""How a month's rows of reconciliation and the truth about them are told apart: by check, status and key."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from psycopg import Connection

from pipeline.evaluation.comparison import Evaluation, Key, compared, holds

ITEMS = "outstanding_items"
# Check -> what names a row in it, and the statuses that are wrongs.
_CHECKS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "arrival_review": (
        ("subject", "scheme", "for_month"),
        ("amount_differs", "tax_only", "agency_only", "unknown_payer"),
    ),
    "four_way": (("division", "scheme", "party_a", "party_b"), ("differs",)),
    "balance_statement": (("account_no",), ("old_items", "unbalanced")),
    "account_rules": (
        ("account_no", "amount_a"),
        (
            "cash", "bank_fee", "between_funds", "interest_elsewhere", "income_outflow",
            "expenditure_inflow", "income_not_zero", "account_not_open", "unregistered_account",
            "no_agreement", "not_inspected",
        ),
    ),
    "treasury_delay": (("subject",), ("late", "next_month", "late_next_month")),
    "payments_returned": (
        ("payment_id",),
        (
            "returned_open", "confirmed_unknown", "amount_differs", "paid_reversed", "paid_not_booked",
            "unconfirmed",
        ),
    ),
    "fund_identity": (("division", "scheme", "party_a"), ("differs",)),
}  # fmt: skip
_ITEM_KEY = ("account_no", "amount", "booked_on")
_ROWS = (
    "select check_name as check, division, scheme, subject, for_month, account_no, party_a, party_b,"
    " amount_a, status, items from reconciliation.results where month = %s"
)


def evaluate_money(connection: Connection, *, truth: Path, month: str) -> Iterator[Evaluation]:
    """Yield the evaluation of every status of every check, and of the items of the balance statements.

    Shape: one per ``<check>.<status>`` that was planted or found; the items as ``outstanding_items.<kind>``.
    """
    if connection.execute("select to_regclass('reconciliation.results')").fetchone() == (None,):
        return  # nothing was reconciled yet
    keys = _keys(connection, month)
    for check, (names, statuses) in _CHECKS.items():
        planted, decoys = _truth(truth / f"{check}.json", names, month)
        for status in statuses:
            # A decoy of one status may be a row of another: only what nobody planted there hits it.
            points = keys[check, status]
            if points or planted[status]:
                yield compared(f"{check}.{status}", points, planted[status], decoys)
    planted, decoys = _truth(truth / f"{ITEMS}.json", _ITEM_KEY, month)
    for kind in sorted(planted.keys() | {kind for check, kind in keys if check == ITEMS}):
        yield compared(f"{ITEMS}.{kind}", keys[ITEMS, kind], planted[kind], decoys)


def _keys(connection: Connection, month: str) -> dict[tuple[str, str], set[Key]]:
    """Return the keys of the month's rows by check and status, those of items by kind."""
    keys: dict[tuple[str, str], set[Key]] = defaultdict(set)
    cursor = connection.execute(_ROWS, (month,))
    columns = [column.name for column in cursor.description or ()]
    for values in cursor:
        row = dict(zip(columns, values, strict=True))
        items = json.loads(row["items"])
        row["payment_id"] = items[0]["reference"] if items else None
        if row["check"] in _CHECKS:
            keys[row["check"], row["status"]].add(_key(row, _CHECKS[row["check"]][0]))
        if row["check"] == "balance_statement":
            for item in items:
                keys[ITEMS, item["kind"]].add(_key({**row, **item}, _ITEM_KEY))
    return keys


def _truth(path: Path, names: tuple[str, ...], month: str) -> tuple[dict[str, set[Key]], set[Key]]:
    """Return what is planted in the month by status, and its decoys."""
    planted: dict[str, set[Key]] = defaultdict(set)
    if not path.is_file():
        return planted, set()
    lists = json.loads(path.read_text(encoding="utf-8"))
    for item in lists["planted"]:
        if holds(item, month):
            planted[item["status"]].add(_key(item, names))
    return planted, {_key(item, names) for item in lists["decoys"] if holds(item, month)}


def _key(item: Mapping[str, Any], names: tuple[str, ...]) -> Key:
    return tuple("" if item.get(name) is None else str(item[name]) for name in names)
