"""What is live: files, runs, alerts, states, events, comments, users, each judged as what is published."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from fundwatch.database.warehouse import Warehouse, open_warehouse
from fundwatch.settings import Settings
from tests.integration.access.people import Grant, reading, seen, sign_in
from tests.support import Databases, put_off_guards

LIVE = """
    insert into site.versions (site_version) values ('v1');
    insert into site.divisions (_site_version, _row, division, level, parent) values
        ('v1', 1, 'C', 'city', null), ('v1', 2, 'C1', 'county', 'C'), ('v1', 3, 'C2', 'county', 'C'),
        ('v1', 4, 'C3', 'county', 'C');
    insert into ops.files (file_id, feed, name, division, state) values
        ('f1', 'tax', 'a', 'C1', 'loaded'), ('f2', 'tax', 'b', 'C2', 'held'),
        ('f3', 'tax', 'c', null, 'loaded'),
        ('f4', 'tax', 'd', 'no such', 'rejected');
    insert into ops.runs (step, month) values ('build', '2024-06');
    insert into ops.alerts (kind, division, text_zh, text_en) values
        ('file_held', 'C1', '甲', 'a'), ('step_failed', '', '乙', 'b');
    insert into ops.publications (number, month, state, is_current, content_sha256, code_version,
        site_version, as_of, batches, preparer)
    values (1, '2024-06', 'approved', true, '', '', 'v1', now(), '{}', 'p');
    insert into ops.publication_cases (number, case_id, rule_id, division, state) values
        (1, 'c1', 'r', 'C1', 'open'), (1, 'c2', 'r', 'C2', 'open');
    insert into ops.publication_issues (number, issue_id, division, table_name, rule_id, key, source_file_id,
        source_row, first_seen, state) values
        (1, 'i1', 'C1', 'AC01', 'r', 'k', 'f', 1, '2024-06', 'open'),
        (1, 'i2', 'C2', 'AC01', 'r', 'k', 'f', 2, '2024-06', 'open'),
        (1, 'same', 'C3', 'AC01', 'r', 'k', 'f', 3, '2024-06', 'open'),
        (1, 'since', 'C3', 'AC01', 'r', 'k', 'f', 4, '2024-06', 'open'),
        (1, 'back', 'C3', 'AC01', 'r', 'k', 'f', 5, '2024-06', 'open'),
        (1, 'before', 'C3', 'AC01', 'r', 'k', 'f', 6, '2024-06', 'open');
    insert into quality.rectification (month, issue_id, division, table_name, rule_id, key, source_file_id,
        source_row, first_seen, issued_month, state) values
        ('2024-06', 'i1', 'C1', 'AC01', 'r', 'k', 'f', 1, '2024-06', '2024-06', 'open'),
        ('2024-07', 'i1', 'C1', 'AC01', 'r', 'k', 'f', 1, '2024-06', '2024-06', 'waived'),
        ('2024-07', 'i2', 'C2', 'AC01', 'r', 'k', 'f', 2, '2024-06', '2024-06', 'overdue'),
        ('2024-07', 'new', 'C1', 'AC01', 'r', 'k', 'f', 9, '2024-07', '2024-07', 'open'),
        ('2024-06', 'same', 'C3', 'AC01', 'r', 'k', 'f', 3, '2024-06', '2024-06', 'open'),
        ('2024-06', 'since', 'C3', 'AC01', 'r', 'k', 'f', 4, '2024-06', '2024-06', 'waived'),
        ('2024-06', 'back', 'C3', 'AC01', 'r', 'k', 'f', 5, '2024-06', '2024-06', 'open'),
        ('2024-07', 'back', 'C3', 'AC01', 'r', 'k', 'f', 5, '2024-06', '2024-06', 'overdue'),
        ('2024-08', 'back', 'C3', 'AC01', 'r', 'k', 'f', 5, '2024-06', '2024-06', 'open'),
        ('2024-05', 'before', 'C3', 'AC01', 'r', 'k', 'f', 6, '2024-05', '2024-05', 'overdue'),
        ('2024-06', 'before', 'C3', 'AC01', 'r', 'k', 'f', 6, '2024-05', '2024-05', 'open');
    insert into quality.waivers (issue_id, is_lifted, from_month, until, reason, actor)
    values ('i1', false, '2024-07', '2024-12-31', 'moved', 'x');
    create table crosschecks.cases (month text, case_id text, state text, outcome text);
    insert into crosschecks.cases values
        ('2024-06', 'c1', 'open', null), ('2024-07', 'c1', 'verified', null), ('2024-06', 'c2', 'open', null);
    insert into ops.case_events (case_id, number, state, actor, from_month, rule_id, scheme, person_id,
        evidence)
    values ('c1', 1, 'dispatched', 'x', '2024-06', 'r', '110', 'p', '[]');
    insert into portal.comments (about, division, author, text) values
        ('cases/c1', 'C1', 'x', 'seen'), ('issues/i2', 'C2', 'x', 'late');
"""


@pytest.fixture(scope="module")
def warehouse(databases: Databases, migrated: str, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    settings = Settings(
        home=tmp_path_factory.mktemp("live"), database_url=databases.create(template=migrated)
    )
    with open_warehouse(settings).connect() as connection:
        put_off_guards(connection)
        connection.execute(LIVE)
    # The table made here goes to the role of its layer.
    return open_warehouse(settings)


@pytest.fixture(scope="module")
def portal(warehouse: Warehouse) -> Iterator[psycopg.Connection]:
    with reading(warehouse) as connection:
        yield connection


@pytest.mark.parametrize(
    ("query", "grant", "rows"),
    [
        ("file_id from portal.feed_files()", ("engineer", "C1"), [("f1",)]),
        ("file_id from portal.feed_files()", ("engineer", "C"), [("f1",), ("f2",), ("f3",), ("f4",)]),
        ("file_id from portal.feed_files()", ("supervisor", "C"), []),
        ("step, month from portal.runs()", ("engineer", "C"), [("build", "2024-06")]),
        ("step, month from portal.runs()", ("engineer", "C1"), []),
        ("text_zh from portal.alerts()", ("engineer", "C1"), [("甲",)]),
        ("text_zh from portal.alerts()", ("engineer", "C"), [("乙",), ("甲",)]),
        ("text_zh from portal.alerts()", ("auditor", "C"), []),
        ("issue_id, month, state_now, reason from portal.issue_states()", ("supervisor", "C1"),
         [("i1", "2024-07", "waived", "moved")]),
        ("issue_id, state_now from portal.issue_states(array['i1', 'i2'])", ("auditor", "C"),
         [("i1", "waived"), ("i2", "overdue")]),
        ("issue_id from portal.issue_states(array['i2'])", ("supervisor", "C1"), []),
        ("issue_id from portal.issue_states(array['new'])", ("supervisor", "C"), []),
        ("issue_id from portal.issue_states()", ("statistician", "C"), []),
        ("case_id, month, state_now, last_event from portal.case_states()", ("auditor", "C1"),
         [("c1", "2024-07", "verified", 1)]),
        ("case_id, state_now, last_event from portal.case_states(array['c2'])", ("auditor", "C"),
         [("c2", "open", 0)]),
        ("case_id from portal.case_states()", ("supervisor", "C"), []),
        ("number, state from portal.case_events('c1')", ("auditor", "C1"), [(1, "dispatched")]),
        ("number from portal.case_events('c1')", ("auditor", "C2"), []),
        ("number from portal.case_events('c1')", ("supervisor", "C"), []),
        ("text from portal.comments_on('cases/c1')", ("auditor", "C1"), [("seen",)]),
        ("text from portal.comments_on('cases/c1')", ("auditor", "C2"), []),
        ("text from portal.comments_on('cases/c1')", ("supervisor", "C"), []),
        ("text from portal.comments_on('issues/i2')", ("supervisor", "C2"), [("late",)]),
        ("text from portal.comments_on('issues/i2')", ("supervisor", "C1"), []),
        ("count(*) > 0 from portal.users_list()", ("admin", "C"), [(True,)]),
        ("count(*) from portal.users_list()", ("admin", "C1"), [(0,)]),
        ("count(*) from portal.users_list()", ("auditor", "C"), [(0,)]),
        ("count(*) from portal.grants_list()", ("supervisor", "C"), [(0,)]),
        ("count(*) from portal.sessions_list()", ("auditor", "C"), [(1,)]),
        ("count(*) > 1 from portal.sessions_list()", ("admin", "C"), [(True,)]),
        ("count(*) from portal.audit_log('publications')", ("supervisor", "C"), [(0,)]),
        ("division, level from portal.divisions_read()", ("admin", "C1"), [("C1", "county")]),
    ],
)  # fmt: skip
def test_live_rows_are_those_of_a_grant_that_reads_them(
    warehouse: Warehouse, portal: psycopg.Connection, query: str, grant: Grant, rows: list
) -> None:
    assert sorted(seen(portal, sign_in(warehouse, grant), f"select {query}")) == sorted(rows)


@pytest.mark.parametrize(
    ("grant", "changed"),
    [
        (("supervisor", "C"), {("i1", "waived"), ("i2", "overdue"), ("since", "waived")}),
        (("auditor", "C3"), {("since", "waived")}),
        (("statistician", "C"), set()),
    ],
)
def test_changed_issues_are_those_whose_state_now_is_another_than_published(
    warehouse: Warehouse, portal: psycopg.Connection, grant: Grant, changed: set
) -> None:
    secret = sign_in(warehouse, grant)
    assert set(seen(portal, secret, "select * from portal.issues_changed(1)")) == changed
    by_looking_up = """
        select s.issue_id, s.state_now from portal.issue_states() as s
        inner join published.issues as i on i.issue_id = s.issue_id where s.state_now <> i.state
    """
    assert set(seen(portal, secret, by_looking_up)) == changed


def test_a_grant_on_a_division_that_is_no_more_is_listed_without_a_level(
    warehouse: Warehouse, portal: psycopg.Connection
) -> None:
    sign_in(warehouse, ("auditor", "GONE"))
    admin = sign_in(warehouse, ("admin", "C"))
    query = "select division, level from portal.grants_list() where division in ('GONE', 'C') and role <> 'x'"
    divisions = set(seen(portal, admin, query))
    assert ("GONE", None) in divisions
    assert ("C", "city") in divisions


def test_nobody_signed_in_is_told_anything_live(portal: psycopg.Connection) -> None:
    for function in (
        "feed_files()", "runs()", "alerts()", "issue_states()", "issues_changed(1)",
        "case_states()", "case_events('c1')",
        "comments_on('cases/c1')", "users_list()", "grants_list()", "sessions_list()",
        "audit_log('publications')", "divisions_read()", "ranking()", "current_publications()",
    ):  # fmt: skip
        assert seen(portal, None, f"select 1 from portal.{function}") == [], function


def test_gauges_tell_prometheus_of_live_sessions_and_the_last_approved_publication(
    warehouse: Warehouse,
) -> None:
    with reading(warehouse, "signin") as connection:
        before, publication = connection.execute("select * from portal.gauges()").fetchone()
        sign_in(warehouse)
        sign_in(warehouse, idle="-1 second")
        assert connection.execute("select * from portal.gauges()").fetchone() == (before + 1, 1)
    assert publication == 1
