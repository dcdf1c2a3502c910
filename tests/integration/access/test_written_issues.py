"""Issues that changed since their publication are found among those written since, whoever wrote them."""

from __future__ import annotations

import random
from collections.abc import Iterator

import psycopg
import pytest

from fundwatch.database.warehouse import Warehouse, open_warehouse
from fundwatch.settings import Settings
from tests.integration.access.people import reading, seen, sign_in
from tests.seeds import SEED
from tests.support import Databases, put_off_guards

MONTHS = ("2024-05", "2024-06", "2024-07", "2024-08")
ISSUES = tuple(f"i{number}" for number in range(12))
STATES = ("open", "overdue", "waived")
SITE = """
    insert into site.versions (site_version) values ('v1');
    insert into site.divisions (_site_version, _row, division, level, parent) values
        ('v1', 1, 'C', 'city', null), ('v1', 2, 'C1', 'county', 'C');
    insert into quality.error_lists (month, as_of) values
        ('2024-05', '2024-05-31'), ('2024-06', '2024-06-30'), ('2024-07', '2024-07-31'),
        ('2024-08', '2024-08-31')
"""
# The guards of publications are put off here; what is tested is not.
KEPT = """
    alter table ops.publications enable always trigger newest_compared;
    alter table quality.rectification
        enable always trigger issues_inserted, enable always trigger issues_updated
"""
PUBLISHED = """
    insert into ops.publications (number, month, state, content_sha256, code_version, site_version, as_of,
        batches, preparer, parts)
    values (%(number)s, %(month)s, 'draft', '', '', 'v1', now(), '{}', 'p', '{issues}')
"""
ISSUES_OF_PUBLICATION = """
    insert into ops.publication_issues (number, issue_id, division, table_name, rule_id, key, source_file_id,
        source_row, first_seen, state)
    select %(number)s, issue_id, division, table_name, rule_id, key, source_file_id, source_row, first_seen,
        state
    from quality.rectification where month = %(month)s
"""


@pytest.fixture
def warehouse(databases: Databases, migrated: str, tmp_path) -> Warehouse:
    opened = open_warehouse(Settings(home=tmp_path, database_url=databases.create(template=migrated)))
    with opened.connect() as connection:
        connection.execute(SITE)
        put_off_guards(connection)
        connection.execute(KEPT)
    return opened


@pytest.fixture
def supervisor(warehouse: Warehouse) -> Iterator[tuple[psycopg.Connection, str]]:
    with reading(warehouse) as portal:
        yield portal, sign_in(warehouse, ("supervisor", "C"))


def write(connection: psycopg.Connection, month: str, issue: str, state: str) -> None:
    """Write an issue into the error list of a month, or its state where the list has it."""
    connection.execute(
        "insert into quality.rectification (month, issue_id, division, table_name, rule_id, key,"
        " source_file_id, source_row, first_seen, issued_month, state)"
        " values (%s, %s, 'C1', 'AC01', 'r', 'k', 'f', 1, '2024-05', '2024-05', %s)"
        " on conflict (issue_id, month) do update set state = excluded.state",
        (month, issue, state),
    )


def rewrite(warehouse: Warehouse, month: str, chance: random.Random) -> None:
    """Write the whole error list of a month, as measuring it does."""
    with warehouse.connect() as connection:
        connection.execute("delete from quality.rectification where month = %s", (month,))
        for issue in ISSUES:
            write(connection, month, issue, chance.choice(STATES))


def publish(warehouse: Warehouse, number: int, month: str) -> None:
    """Publish a month's list as it is and let readers see it, in two transactions as people do."""
    with warehouse.connect() as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute(PUBLISHED, {"number": number, "month": month})
        connection.execute(ISSUES_OF_PUBLICATION, {"number": number, "month": month})
    with warehouse.connect() as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute("update ops.publications set is_current = false where month = %s", (month,))
        connection.execute(
            "update ops.publications set is_current = true, state = 'approved', reviewer = 'r',"
            " approver = 'a' where number = %s",
            (number,),
        )


def compared(warehouse: Warehouse) -> int | None:
    with warehouse.connect() as connection:
        return connection.execute("select number from ops.compared_publication").fetchone()[0]


def require_what_changed(warehouse: Warehouse, supervisor: tuple[psycopg.Connection, str]) -> None:
    """Require of each current publication that what changed since is told, by looking at every issue."""
    portal, secret = supervisor
    with warehouse.connect() as connection:
        current = connection.execute("select number, month from ops.publications where is_current").fetchall()
        last = {}
        for issue, month, state in connection.execute(
            "select issue_id, month, state from quality.rectification order by month"
        ):
            last[issue] = month, state
        for number, month in current:
            issues = connection.execute(
                "select issue_id, state from ops.publication_issues where number = %s", (number,)
            ).fetchall()
            changed = {
                (issue, last[issue][1])
                for issue, published in issues
                if issue in last and last[issue][0] >= month and last[issue][1] != published
            }
            told = seen(portal, secret, "select * from portal.issues_changed(%s)", number)
            assert set(told) == changed, f"seed {SEED}: publication {number}"
            assert len(told) == len(changed)


def test_whatever_is_written_and_published_what_changed_is_told(
    warehouse: Warehouse, supervisor: tuple[psycopg.Connection, str]
) -> None:
    chance = random.Random(SEED)  # noqa: S311 - a test's chance, repeated by its seed
    number = 0
    for month in MONTHS:
        rewrite(warehouse, month, chance)
    for act in chance.choices(("write", "drop", "list", "publish", "empty"), (20, 6, 4, 8, 1), k=60):
        month = chance.choice(MONTHS)
        if act == "list":
            rewrite(warehouse, month, chance)
        elif act == "publish":
            number += 1
            publish(warehouse, number, month)
        with warehouse.connect() as connection:
            if act == "write":
                write(connection, month, chance.choice(ISSUES), chance.choice(STATES))
            elif act == "drop":
                connection.execute(
                    "delete from quality.rectification where month = %s and issue_id = %s",
                    (month, chance.choice(ISSUES)),
                )
            elif act == "empty":
                connection.execute("truncate quality.rectification")
        require_what_changed(warehouse, supervisor)
        if act == "empty":
            rewrite(warehouse, month, chance)


def test_what_is_written_while_a_publication_is_approved_is_told_once_it_is_committed(
    warehouse: Warehouse, supervisor: tuple[psycopg.Connection, str]
) -> None:
    with warehouse.connect() as connection:
        write(connection, "2024-06", "i1", "open")
    with warehouse.connect() as waiver:
        write(waiver, "2024-06", "i1", "waived")
        publish(warehouse, 1, "2024-06")
        require_what_changed(warehouse, supervisor)
    assert compared(warehouse) == 1
    assert seen(*supervisor, "select * from portal.issues_changed(1)") == [("i1", "waived")]


def test_issues_equal_to_the_compared_publication_are_listed_no_more(warehouse: Warehouse) -> None:
    with warehouse.connect() as connection:
        write(connection, "2024-06", "i1", "open")
        write(connection, "2024-07", "i2", "open")
    publish(warehouse, 1, "2024-06")
    publish(warehouse, 2, "2024-07")
    publish(warehouse, 3, "2024-06")
    assert compared(warehouse) == 2
    with warehouse.connect() as connection:
        assert connection.execute("select * from quality.written_issues").fetchall() == []


def test_what_changed_before_a_publication_is_compared_at_all_is_told(
    warehouse: Warehouse, supervisor: tuple[psycopg.Connection, str]
) -> None:
    with warehouse.connect() as connection:
        write(connection, "2024-06", "i1", "open")
    publish(warehouse, 1, "2024-06")
    with warehouse.connect() as connection:
        write(connection, "2024-06", "i1", "waived")
        connection.execute("truncate quality.written_issues")
    for _ in range(2):
        with warehouse.connect() as connection:
            connection.execute("select ops.compare_publication(1)")
        assert seen(*supervisor, "select * from portal.issues_changed(1)") == [("i1", "waived")]


def test_many_written_issues_are_told_by_comparing_all(
    warehouse: Warehouse, supervisor: tuple[psycopg.Connection, str]
) -> None:
    with warehouse.connect() as connection:
        write(connection, "2024-06", "i1", "open")
    publish(warehouse, 1, "2024-06")
    with warehouse.connect() as connection:
        write(connection, "2024-07", "i1", "overdue")
        connection.execute(
            "insert into quality.written_issues select 'x' || n from generate_series(1, 3000) as n"
        )
    assert seen(*supervisor, "select * from portal.issues_changed(1)") == [("i1", "overdue")]
