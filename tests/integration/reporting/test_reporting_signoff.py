"""Sign-off: three different people; one current publication a month; nothing stored is changed."""

from __future__ import annotations

import threading
from pathlib import Path

import psycopg
import pytest

from fundwatch.acts.publications import find
from fundwatch.acts.signoff import approve, review
from fundwatch.database.warehouse import Warehouse, open_warehouse
from fundwatch.errors import NotFound, SignOffRefused
from fundwatch.settings import Settings
from tests.integration.reporting.support import CELLS, MONTH, draft, publish_june, sign, signatures
from tests.support import Databases


def test_approve_publishes_in_place_of_the_former_one_of_the_month(warehouse: Warehouse) -> None:
    for number in (1, 2):
        draft(warehouse, number=number)
        review(warehouse, number=number, name="李复核", note="looked at")
        approve(warehouse, number=number, name="张负责", note="")
    with warehouse.connect() as connection:
        first, second = find(connection, 1), find(connection, 2)
    assert (first.is_current, second.is_current, second.replaces) == (False, True, 1)
    assert (second.state, second.reviewer, second.approver) == ("approved", "李复核", "张负责")
    assert signatures(warehouse)[-2:] == [
        ("李复核", "publication reviewed"),
        ("张负责", "publication approved"),
    ]


def test_signing_twice_by_the_same_person_changes_nothing(warehouse: Warehouse) -> None:
    draft(warehouse)
    reviewed = review(warehouse, number=1, name="李复核")
    assert review(warehouse, number=1, name="李复核") == reviewed
    approved = approve(warehouse, number=1, name="张负责")
    assert approve(warehouse, number=1, name="张负责") == approved
    assert len(signatures(warehouse)) == 2


@pytest.mark.parametrize("name", ["王小明", " 王小明 ", ""])
def test_review_is_refused_when_the_preparer_or_nobody_signs(warehouse: Warehouse, name: str) -> None:
    draft(warehouse)
    with pytest.raises(SignOffRefused):
        review(warehouse, number=1, name=name)
    assert signatures(warehouse) == []


@pytest.mark.parametrize("name", ["王小明", "王 小明", "王\u200b小明", "Li Na", "ＬＩ  na", "lina"])
def test_approve_is_refused_when_somebody_signs_a_second_time(warehouse: Warehouse, name: str) -> None:
    draft(warehouse)
    review(warehouse, number=1, name="Li Na")
    with pytest.raises(SignOffRefused, match="three different people"):
        approve(warehouse, number=1, name=name)


def test_approve_is_refused_when_nobody_has_reviewed(warehouse: Warehouse) -> None:
    draft(warehouse)
    with pytest.raises(SignOffRefused, match="not reviewed"):
        approve(warehouse, number=1, name="张负责")


def test_approve_is_refused_when_a_newer_one_is_published(warehouse: Warehouse) -> None:
    for number in (1, 2):
        draft(warehouse, number=number)
        review(warehouse, number=number, name="李复核")
    approve(warehouse, number=2, name="张负责")
    with pytest.raises(SignOffRefused, match="newer publication 2"):
        approve(warehouse, number=1, name="张负责")


def test_approve_of_a_publication_on_a_table_graded_f_needs_a_reason(warehouse: Warehouse) -> None:
    draft(warehouse, grade="F")
    review(warehouse, number=1, name="李复核")
    with pytest.raises(SignOffRefused, match="graded F"):
        approve(warehouse, number=1, name="张负责", note="  ")
    assert approve(warehouse, number=1, name="张负责", note="known and explained").state == "approved"


def test_signing_an_unknown_number_says_so(warehouse: Warehouse) -> None:
    with pytest.raises(NotFound):
        review(warehouse, number=9, name="李复核")
    with pytest.raises(NotFound):
        approve(warehouse, number=9, name="张负责")


def test_approve_is_refused_when_another_was_approved_since_it_was_prepared(warehouse: Warehouse) -> None:
    for number in (1, 2):
        draft(warehouse, number=number)
    sign(warehouse, 1)
    review(warehouse, number=2, name="李复核")
    with pytest.raises(SignOffRefused, match="publication 1 was approved since"):
        approve(warehouse, number=2, name="张负责")


@pytest.mark.parametrize(
    "change",
    [
        "update ops.publications set content_sha256 = 'x'",
        "update ops.publications set replaces = 1",
        "delete from ops.publications",
        "update ops.publication_cells set value = 0",
        "delete from ops.publication_cells",
        "truncate ops.publication_scorecard",
        "update ops.publication_rules set failed = 0",
        "delete from ops.publication_failures",
        "delete from ops.publication_cases",
        "update ops.publication_files set sha256 = 'x'",
    ],
)
def test_stored_publication_cannot_be_changed(warehouse: Warehouse, change: str) -> None:
    draft(warehouse)
    with warehouse.connect() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(change)


SIGNED = "update ops.publications set state = '{state}', {who} = {name}, {state}_at = {at}"
FORGED = {
    "a cell added": "insert into ops.publication_cells values (1, 'R', 'd', 's', '', 'r', '', '', 1, '', '')",
    "a file added": "insert into ops.publication_files values (1, 'x', 'x')",
    "a scorecard row added": """
        insert into ops.publication_scorecard
            (number, division, name_zh, name_en, level, table_name, metric, status)
        values (1, 'd', '', '', '', 't', 'm', 'na')
    """,
    "a rule added": """
        insert into ops.publication_rules (number, division, table_name, rule_id, checked, failed, own_failed)
        values (1, 'd', 't', 'r', 1, 1, 1)
    """,
    "a failure added": "insert into ops.publication_failures values (1, 'd', 't', 'r', 'k', 'f', 1)",
    "a case added": "insert into ops.publication_cases (number, case_id, rule_id) values (1, 'c', 'r')",
    "born approved": """
        insert into ops.publications
        select 9, month, 'approved', content_sha256, code_version, site_version, as_of, batches, not_usable,
            preparer, 'b', 'c'
        from ops.publications where number = 1
    """,
    "approved unread": SIGNED.format(state="approved", who="approver", name="'b'", at="now()")
    + ", is_current = true where number = 1",
    "reviewed by its preparer": SIGNED.format(state="reviewed", who="reviewer", name="preparer", at="now()")
    + " where number = 1",
    "reviewed yesterday": SIGNED.format(
        state="reviewed", who="reviewer", name="'b'", at="now() - interval '1' day"
    )
    + " where number = 1",
    "another reviewer": "update ops.publications set reviewer = 'b' where number = 2",
    "approved by its reviewer": SIGNED.format(state="approved", who="approver", name="reviewer", at="now()")
    + ", is_current = true where number = 2",
    "another approver": "update ops.publications set approver = 'b' where number = 3",
    "back to a draft": "update ops.publications set state = 'draft' where number = 3",
    "another note": "update ops.publications set note = 'x' where number = 3",
}
UNENTERED = SIGNED.format(state="reviewed", who="reviewer", name="'b'", at="now()") + " where number = 1"
UNSEEN = (
    SIGNED.format(state="approved", who="approver", name="'b'", at="now()")
    + ", is_current = false where number = 2"
)
WITHDRAWN = "update ops.publications set is_current = false where number = 3"


@pytest.fixture(scope="module")
def three(databases: Databases, migrated: str, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A draft, a reviewed and an approved publication."""
    home = tmp_path_factory.mktemp("three")
    warehouse = open_warehouse(Settings(home=home, database_url=databases.create(template=migrated)))
    for number in (1, 2, 3):
        draft(warehouse, number=number)
    review(warehouse, number=2, name="李复核")
    sign(warehouse, 3)
    return warehouse


@pytest.mark.parametrize("forgery", FORGED)
def test_publication_is_closed_but_for_its_signatures_in_order(three: Warehouse, forgery: str) -> None:
    with three.connect() as connection:
        connection.execute("set session_replication_role = replica")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(FORGED[forgery])


@pytest.mark.parametrize(
    ("signature", "refusal"),
    [(UNENTERED, "entered in the audit log"), (UNSEEN, "once each"), (WITHDRAWN, "its current one")],
    ids=["without entry", "without readers", "without successor"],
)
def test_signature_without_entry_and_a_month_without_current_one_are_refused(
    three: Warehouse, signature: str, refusal: str
) -> None:
    with three.connect() as connection:
        connection.execute("set constraints all immediate")
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match=refusal):
            connection.execute(signature)


def test_approving_an_older_one_says_that_a_newer_one_waits(warehouse: Warehouse) -> None:
    for number in (1, 2):
        draft(warehouse, number=number)
    review(warehouse, number=1, name="李复核")
    approved = approve(warehouse, number=1, name="张负责")
    assert approved.newer_waiting == (2,)
    assert approved.counts()["newer, waiting"] == "2"


def test_files_of_a_draft_are_their_owners_alone_until_it_is_approved(
    built: Warehouse, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def modes() -> set[str]:
        return {oct(path.stat().st_mode & 0o777) for path in (folder, *folder.iterdir())}

    monkeypatch.setattr("reporting.publications.drafting.render", lambda *_: iter([("R1.txt", b"1")]))
    folder = Path(publish_june(built, settings).folder)
    assert modes() == {"0o700", "0o600"}
    review(built, number=1, name="李复核")
    assert modes() == {"0o700", "0o600"}
    approve(built, number=1, name="张负责")
    assert modes() == {"0o755", "0o644"}
    (folder / "R1.txt").unlink()
    publish_june(built, settings)
    assert modes() == {"0o755", "0o644"}


@pytest.mark.scenarios
def test_readers_see_exactly_one_publication_while_a_hundred_are_approved(built: Warehouse) -> None:
    """Of a hundred, drawn up and approved one after the other while the month is built again and again."""
    done, seen, builds = threading.Event(), [], []

    def read() -> None:
        query = (
            "select number, value from published.cells where month = %(month)s"
            " union all select number, number from published.publications where month = %(month)s"
            " union all select publication, publication from published.scorecard where month = %(month)s"
        )
        with built.connect(autocommit=True) as connection:
            while not done.is_set():
                seen.append(connection.execute(query, {"month": MONTH}).fetchall())

    def build() -> None:
        while not done.is_set():
            with built.connect() as connection:
                connection.execute("delete from reports.cells")
                connection.execute(CELLS.partition(";")[2])
            builds.append(1)

    others = [threading.Thread(target=work) for work in (read, build)]
    for other in others:
        other.start()
    try:
        for number in range(1, 101):
            draft(built, number=number)
            sign(built, number)
    finally:
        done.set()
        for other in others:
            other.join()
    views = [view for view in seen if view]
    assert len({view[0][0] for view in views}) > 50
    assert len(builds) > 50
    assert {len(view) for view in views} == {4}
    assert all(number == value == view[0][0] for view in views for number, value in view)
