"""What a scratch warehouse is given, to build a publication's month again as it was built."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import psycopg
import pytest

from fundwatch.database.warehouse import Warehouse, open_warehouse
from fundwatch.settings import Settings
from reconciliation.hand_matches import confirm, hand_matches, propose, undo
from reporting.publications.restoring import Step, restore_feeds, restore_hand_matches
from tests.integration.reporting.support import MONTH, publish_june
from tests.support import Databases

ENTRIES = ("0123456789abcdef", "fedcba9876543210")
OUTSTANDING = """
    create table reconciliation.{name} (
        entry_id text, account_no text, booked_on date, source_file_id text
    )
"""
LOST = """
    insert into ops.hand_matches (match_id, act, actor, reason) values (1, 'undo', '张三', 'never entered')
"""


def now(warehouse: Warehouse) -> datetime:
    with warehouse.connect() as connection:
        ((moment,),) = connection.execute("select clock_timestamp()")
    return moment


def name_entries(warehouse: Warehouse) -> None:
    with warehouse.connect() as connection:
        for name in ("bank_entries", "book_entries", "statement_items"):
            connection.execute(OUTSTANDING.format(name=name))
        connection.execute(
            "insert into ops.files (file_id, feed, format, month, name, state)"
            " values ('b', 'bank', 'mt940/1', '2024-06', 'b', 'held')"
        )
        for entry in ENTRIES:
            connection.execute(
                "insert into reconciliation.statement_items values (%s, 'A', '2024-06-03', 'b')", (entry,)
            )


def fail_to_enter(warehouse: Warehouse) -> None:
    """Try an act that the audit log has nothing of: it is refused, and its number is gone."""
    # A connection whose own commit is refused is not closed.
    with (
        warehouse.connect() as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        connection.transaction(),
    ):
        connection.execute(LOST)


def test_matches_by_hand_are_restored_as_each_step_could_read_them(
    built: Warehouse, settings: Settings, databases: Databases, migrated: str, tmp_path: Path
) -> None:
    name_entries(built)
    started = now(built)
    fail_to_enter(built)
    match = propose(built, entries=ENTRIES, is_write_off=False, name="张三", reason="少记一元")
    confirm(built, match_id=match.match_id, name="李四")
    matched = now(built)
    fail_to_enter(built)
    undo(built, match_id=match.match_id, name="李四", reason="搞错了")
    confirm(built, match_id=match.match_id, name="张三")
    publish_june(built, settings)

    url = databases.create(template=migrated)
    scratch = open_warehouse(Settings(home=tmp_path / "scratch", database_url=url))
    step = Step(MONTH, "reconcile", started.date(), "v1", started)
    restore_feeds(built, scratch, number=1, steps=(step,))
    states = []
    for moment in (now(built), matched, started):
        restore_hand_matches(built, scratch, until=moment)
        states.append([match.state for match in hand_matches(scratch)])
    assert states == [["undone"], ["in_force"], []]
