"""Who sees which rows: every persona, every view, against a count over the raw rows in plain Python.

The table of roles is written out here again, from the page on the portal; nothing of the program is asked
what should be seen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import psycopg
import pytest

from fundwatch.access import check
from fundwatch.database.warehouse import Warehouse, open_warehouse
from fundwatch.settings import Settings
from tests.integration.access.people import Grant, reading, seen, sign_in
from tests.support import Databases, put_off_guards

PARENTS = {"P": None, "C": "P", "C1": "C", "C2": "C", "GONE": "C"}
LEVELS = {"P": "province", "C": "city", "C1": "county", "C2": "county"}
# Number -> month, state, whether it is the current one: 2 took the place of 1, 4 waits for its signatures.
PUBLICATIONS = {
    1: ("2024-06", "approved", False), 2: ("2024-06", "approved", True),
    3: ("2024-05", "approved", True), 4: ("2024-06", "draft", False),
}  # fmt: skip
CURRENT, DRAFTS = {2, 3}, {4}
KNOWN = ["P", "C", "C1", "C2", "GONE"]
# View -> its table, columns and values of a row but for number and division, and whether rows may lack one.
VIEWS = {
    "figures": ("cells", "form, scheme, breakdown, cell, label_zh, label_en, value, unit, indicator",
                "'R1', 'ALL', '', 'r1c' || {n}, 'a', 'a', {n}, 'persons', 'i'", False),
    "scorecard": ("scorecard", "name_zh, name_en, level, table_name, metric, status",
                  "'a', 'a', 'county', 'AC01', 'm' || {n}, 'na'", False),
    "rule_results": ("rules", "table_name, rule_id, checked, failed, own_failed",
                     "'AC01', 'r' || {n}, 1, 1, 1", False),
    "failures": ("failures", "table_name, rule_id, masked_key, source_file_id, source_row",
                 "'AC01', 'r', '••', 'f', {n}", False),
    "issues": ("issues", "issue_id, table_name, rule_id, key, source_file_id, source_row, first_seen, state",
               "'i' || {n}, 'AC01', 'r', 'k', 'f', {n}, '2024-06', 'open'", False),
    "divisions": ("divisions", "name_zh", "'a'", False),
    "reconciliation": ("reconciliation", "place, check_name, party_a, party_b, status, items",
                       "{n}, 'four_way', 'a', 'b', 'open', '[]'", True),
    "bases": ("bases", "place, scheme, wage_year, level, person_id, status",
              "{n}, '110', '2023', 'person', '230600000001', 'ok'", True),
    "base_exceptions": ("base_exceptions", "place, exception_id, exception, wage_year, evidence",
                        "{n}, 'x' || {n}, 'not_declared', '2023', '[]'", True),
    "base_units": ("base_units", "unit_id, wage_year", "'u' || {n}, '2023'", True),
    "base_documents": ("base_documents", "unit_id, wage_year, document_code",
                       "'u' || {n}, '2023', 'd'", True),
    "case_counts": ("case_counts", "rule_id, cases", "'r' || {n}, 1", True),
    "cases": ("cases", "case_id, rule_id, person_id", "'c' || {n}, 'r', '230600000001'", True),
    "case_evidence": ("case_evidence", "case_id, line, landed_table", "'c' || {n}, 1, ''", True),
    "case_persons": ("case_persons", "case_id, place, person_id, is_person",
                     "'c' || {n}, 1, '230600000001', true", True),
}  # fmt: skip
OF_BASES = {"bases", "base_exceptions", "base_units", "base_documents"}
# The page's table: what a role reads of divisions, and what only city up.
READS = {
    "supervisor": {
        "figures", "scorecard", "rule_results", "failures", "issues", "reconciliation", "case_counts",
        "divisions", *OF_BASES,
    },
    "statistician": {"figures", "scorecard", "rule_results", "failures", "divisions"},
    "auditor": {
        "figures", "issues", "reconciliation", "case_counts", "cases", "case_evidence", "case_persons",
        "divisions", *OF_BASES,
    },
    "engineer": {"scorecard", "divisions"},
    "admin": set(),
}  # fmt: skip
CITY_UP = {"supervisor", "statistician"}
PERSONAS: list[list[Grant]] = [
    *([(role, division)] for role in READS for division in ("P", "C", "C1")),
    [("auditor", "GONE")], [("supervisor", "NEVER")], [],
    [("supervisor", "C"), ("auditor", "C2")], [("supervisor", "C1"), ("auditor", "C2"), ("engineer", "P")],
    [("statistician", "C"), ("admin", "P")], [("auditor", "P"), ("statistician", "C1")],
]  # fmt: skip


def covers(division: str, row: str | None) -> bool:
    """Whether a grant on a division covers a row; one of no division we know is the city's."""
    if division not in LEVELS:
        return False
    at = row if row in PARENTS else "C"
    while at is not None and at != division:
        at = PARENTS[at]
    return at == division


def is_city_up(grant: Grant) -> bool:
    return grant[0] in CITY_UP and LEVELS.get(grant[1]) in ("city", "province")


def may_see(grants: list[Grant], view: str, number: int, division: str | None) -> bool:
    """Whether one of the grants lets a row of a view be seen: of a current publication, or of a draft."""
    return any(
        view in READS[role]
        and covers(of, division)
        and (number in CURRENT or (number in DRAFTS and is_city_up((role, of))))
        for role, of in grants
    )


def divisions_of(view: str) -> list[str | None]:
    return [*KNOWN, "NOBODY", *([None] if VIEWS[view][3] else [])]


@pytest.fixture(scope="module")
def warehouse(databases: Databases, migrated: str, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """Four publications with a row of each kind in each division; no test changes them for good."""
    home = tmp_path_factory.mktemp("matrix")
    warehouse = open_warehouse(Settings(home=home, database_url=databases.create(template=migrated)))
    with warehouse.connect() as connection:
        put_off_guards(connection)
        fill(connection)
    return warehouse


def fill(connection: psycopg.Connection) -> None:
    connection.execute("insert into site.versions values ('v1', now() - interval '1 day'), ('v2', now())")
    for row, (division, parent) in enumerate(PARENTS.items()):
        level = LEVELS.get(division, "county")
        for version in ("v1", "v2") if division in LEVELS else ("v1",):
            connection.execute(
                "insert into site.divisions (_site_version, _row, division, level, parent)"
                " values (%s, %s, %s, %s, %s)",
                (version, row, division, level, parent),
            )
    for number, (month, state, is_current) in PUBLICATIONS.items():
        connection.execute(
            "insert into ops.publications (number, month, state, is_current, content_sha256, code_version,"
            " site_version, as_of, batches, preparer) values (%s, %s, %s, %s, '', '', '', now(), '{}', 'p')",
            (number, month, state, is_current),
        )
        connection.execute("insert into ops.publication_files values (%s, 'f', 'h')", (number,))
        connection.execute(
            "insert into ops.publication_declarations values (%s, 'a', 'yes', '', 'p', now())", (number,)
        )
        for view, (table, columns, values, _) in VIEWS.items():
            for place, division in enumerate(divisions_of(view)):
                connection.execute(
                    f"insert into ops.publication_{table} (number, division, {columns})"
                    f" values (%s, %s, {values.format(n=place)})",
                    (number, division),
                )


@pytest.fixture(scope="module")
def portal(warehouse: Warehouse) -> Iterator[psycopg.Connection]:
    with reading(warehouse) as connection:
        yield connection


def named(grants: list[Grant]) -> str:
    return "+".join(f"{role}@{division}" for role, division in grants) or "nobody"


@pytest.mark.parametrize("grants", PERSONAS, ids=named)
def test_each_view_shows_a_persona_exactly_the_rows_its_grants_cover(
    warehouse: Warehouse, portal: psycopg.Connection, grants: list[Grant]
) -> None:
    secret = sign_in(warehouse, *grants)
    wrong = {}
    for view in VIEWS:
        for shown, numbers in ((view, CURRENT), (f"draft_{view}", DRAFTS)):
            if shown.startswith("draft_") and VIEWS[view][0].startswith("case") and view != "case_counts":
                continue
            rows = Counter(seen(portal, secret, f"select publication, division from published.{shown}"))
            meant = Counter(
                (number, division)
                for number in numbers
                for division in divisions_of(view)
                if may_see(grants, view, number, division)
            )
            if rows != meant:
                wrong[shown] = (rows - meant, meant - rows)
    assert wrong == {}


@pytest.mark.parametrize("grants", PERSONAS, ids=named)
def test_tables_behind_the_views_show_a_persona_no_more_than_the_views(
    warehouse: Warehouse, portal: psycopg.Connection, grants: list[Grant]
) -> None:
    secret = sign_in(warehouse, *grants)
    for view, (table, *_) in VIEWS.items():
        rows = Counter(seen(portal, secret, f"select number, division from ops.publication_{table}"))
        meant = Counter(
            (number, division)
            for number in PUBLICATIONS
            for division in divisions_of(view)
            if may_see(grants, view, number, division)
        )
        assert rows == meant, view


@pytest.mark.parametrize("grants", PERSONAS, ids=named)
def test_publications_and_their_files_are_seen_city_up_alone(
    warehouse: Warehouse, portal: psycopg.Connection, grants: list[Grant]
) -> None:
    secret = sign_in(warehouse, *grants)
    sees = any(is_city_up(grant) and covers(grant[1], None) for grant in grants)
    for view, numbers in (
        ("publications", {2, 3}), ("draft_publications", {4}), ("superseded_publications", {1}),
        ("files", {2, 3}), ("draft_files", {4}),
    ):  # fmt: skip
        seen_numbers = {
            number for (number,) in seen(portal, secret, f"select publication from published.{view}")
        }
        assert seen_numbers == (numbers if sees else set()), view
    declared = {
        number for (number,) in seen(portal, secret, "select publication from published.declarations")
    }
    supervises = any(role == "supervisor" and covers(division, None) for role, division in grants)
    assert declared == (CURRENT if supervises else set())


def test_nobody_signed_in_sees_a_row_of_any_view(warehouse: Warehouse, portal: psycopg.Connection) -> None:
    ended = sign_in(warehouse, ("auditor", "P"), ("supervisor", "P"), idle="-1 second")
    views = [
        name for (name,) in portal.execute("select viewname from pg_views where schemaname = 'published'")
    ]
    assert len(views) > 25
    for secret in (None, "", "0" * 64, ended):
        for view in views:
            assert seen(portal, secret, f"select 1 from published.{view} limit 1") == [], view


def test_a_session_set_by_injected_sql_shows_nothing(
    warehouse: Warehouse, portal: psycopg.Connection
) -> None:
    secret = sign_in(warehouse, ("auditor", "P"))
    injected = "select set_config('fundwatch.session', repeat('0', 64), true)"
    with portal.transaction():
        portal.execute("select set_config('fundwatch.session', %s, true)", (secret,))
        assert portal.execute("select count(*) from published.cases").fetchone() != (0,)
        portal.execute(injected)
        assert portal.execute("select count(*) from published.cases").fetchone() == (0,)


@pytest.mark.parametrize(
    "raw",
    [
        "person_id from ops.publication_cases", "evidence from ops.publication_cases",
        "other_person_id from ops.publication_cases", "key from ops.publication_issues",
        "subject from ops.publication_reconciliation", "account_no from ops.publication_reconciliation",
        "person_id from ops.publication_bases", "person_id from ops.publication_base_exceptions",
        "evidence from ops.publication_base_exceptions",
        "items from ops.publication_reconciliation", "fields from ops.publication_case_evidence",
        "key from ops.publication_case_evidence", "name from ops.publication_case_persons",
        "identity_number from ops.publication_case_persons", "birth_on from ops.publication_case_persons",
        "person_id from ops.publication_case_persons", "content from ops.publication_content",
        "batches from ops.publications", "1 from ops.files", "1 from ops.case_events", "1 from ops.audit",
        "1 from portal.users", "1 from portal.sessions", "1 from portal.grants", "1 from portal.comments",
        "1 from site.divisions",
    ],
)  # fmt: skip
def test_the_role_that_reads_has_no_right_to_a_raw_value(
    warehouse: Warehouse, portal: psycopg.Connection, raw: str
) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        seen(portal, sign_in(warehouse, ("auditor", "P")), f"select {raw}")


@pytest.mark.parametrize("key", ["acts", "signin"])
def test_other_roles_of_the_portal_read_no_view(warehouse: Warehouse, key: str) -> None:
    secret = sign_in(warehouse, ("auditor", "P"), ("supervisor", "P"))
    with reading(warehouse, key) as connection:
        for (view,) in connection.execute("select viewname from pg_views where schemaname = 'published'"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                seen(connection, secret, f"select 1 from published.{view}")


def test_the_pipeline_sees_every_row_through_views_and_tables(warehouse: Warehouse) -> None:
    with warehouse.connect() as connection:
        for view, (table, *_) in VIEWS.items():
            rows = len(divisions_of(view))
            assert connection.execute(f"select count(*) from published.{view}").fetchone() == (2 * rows,)
            assert connection.execute(f"select count(*) from ops.publication_{table}").fetchone() == (
                4 * rows,
            )


def test_ranking_shows_every_supervisor_all_counties_and_nobody_else_any(
    warehouse: Warehouse, portal: psycopg.Connection
) -> None:
    for role in READS:
        divisions = seen(
            portal, sign_in(warehouse, (role, "C1")), "select distinct division from portal.ranking()"
        )
        expected = {*KNOWN, "NOBODY"} if role == "supervisor" else set()
        assert {division for (division,) in divisions} == expected


def test_personal_values_are_masked_part_by_part(portal: psycopg.Connection) -> None:
    shown = {
        "230621193903109842": "••9842", "230600000813|110": "••0813|••0", "李丽": "••", "王小明": "••明",
        "": "", "a||b": "••||••", "123456789": "••789",
    }  # fmt: skip
    for raw, masked in shown.items():
        assert portal.execute("select portal.masked(%s)", (raw,)).fetchone() == (masked,)
    assert portal.execute("select portal.masked(null)").fetchone() == (None,)


def test_what_is_filled_here_keeps_the_database_as_it_should_be(warehouse: Warehouse) -> None:
    with warehouse.connect() as connection:
        assert check.faults(connection) == []
    for key in ("portal", "acts"):
        with reading(warehouse, key) as connection:
            assert check.faults(connection) == []
