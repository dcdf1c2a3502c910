"""Writing an entry off by hand in a simulated city, as two clerks do, and what statements say of it."""

from __future__ import annotations

import json

import psycopg

from fundwatch.settings import Settings
from tests.support import export_rows, run_fundwatch

_OUTSTANDING = """
    select entry_id from reconciliation.statement_items
    where month = %s and match_id is null
    order by booked_on, entry_id collate "C"
    limit 1
"""


def write_off_oldest(settings: Settings, month: str) -> str:
    """Write the oldest outstanding entry of a month off, and confirm it; return the number of the match.

    The month's statements show it once the month is reconciled again.
    """
    with psycopg.connect(settings.database_url) as connection:
        ((entry,),) = connection.execute(_OUTSTANDING, (month,)).fetchall()
    acted = ("--as", "张三", "--reason", "无法查明", "--json")
    number = str(json.loads(run_fundwatch("write-off", entry, *acted, settings=settings).stdout)["match_id"])
    run_fundwatch("match", "--confirm", number, "--as", "李四", settings=settings)
    return number


def undo_match(settings: Settings, number: str) -> None:
    """Undo a match: proposed by one, confirmed by another."""
    run_fundwatch("unmatch", number, "--as", "李四", "--reason", "已查明", settings=settings)
    run_fundwatch("match", "--confirm", number, "--as", "张三", settings=settings)


def written_off(settings: Settings, month: str) -> list[str]:
    """Return the amounts that a month's balance statements show as written off."""
    rows = export_rows("reconciliation", month, settings=settings)
    items = (item for row in rows for item in json.loads(row["items"]))
    return [item["amount"] for item in items if item["kind"] == "written_off"]
