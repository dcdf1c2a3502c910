"""Publications: numbered by content, whole or not at all, and signed by three different people."""

from __future__ import annotations

import hashlib
import shutil
import threading
from datetime import date
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest

from fundwatch.errors import FolderUnusable, NotFound, SignOffRefused
from fundwatch.settings import Settings
from fundwatch.warehouse import Warehouse
from reporting.imprint import Imprint
from reporting.publications import store
from reporting.publications.drafting import publish
from reporting.publications.reproducing import compare_rebuilt
from reporting.publications.signoff import approve, review
from reporting.publications.store import find
from reporting.scorecard import page as scorecard
from reporting.snapshot.content import Cell, Content, collect
from reporting.snapshot.inputs import Batches, replay_of
from reporting.snapshot.quality import ROWS_PER_RULE, FailingRow, RuleResult, ScorecardRow

MONTH = "2024-06"
AS_OF = date(2024, 6, 30)
CELLS = """
    create table reports.cells (month text, form text, division text, scheme text, breakdown text, cell text,
        label_zh text, label_en text, value numeric, unit text, indicator text);
    insert into reports.cells values
        ('2024-06', 'R1', '230600', 'ALL', '', 'r1c1', '市 · 合计 · 职工', 'City · All · Workers', 12,
            'persons', 'insured_workers'),
        ('2024-06', 'R1', '230600', 'ALL', '', 'r1c2', '市 · 合计 · 退休', 'City · All · Retirees', 3,
            'persons', 'insured_retirees'),
        ('2024-05', 'R1', '230600', 'ALL', '', 'r1c1', '市 · 合计 · 职工', 'City · All · Workers', 11,
            'persons', 'insured_workers')
"""
NEW_BATCH = """
    insert into ops.files (file_id, feed, month, name, state)
    values ('f', 'production', '2024-06', 'AC01', 'loaded')
"""
SCORECARD = """
    insert into quality.scorecard (month, division, table_name, metric, numerator, denominator, rate, target,
        status, grade, rule_version)
    values ('2024-06', '230600', 'AC01', 'fill_rate', 1, 4, 0.25, 1, 'fail', %s, '1')
"""
RULE = """
    insert into quality.rules values ('1', 'AC01-1', 'AC01', 'critical', '号码无效', 'No valid number', '');
    insert into quality.rule_results values ('2024-06', '230600', 'AC01', 'AC01-1', 4, 1, '1')
"""
FAILURE = """
    insert into quality.failures values
        ('2024-06', '230600', 'AC01', 'AC01-1', '640301198002290015', 'file-1', 17, 'i')
"""
CASES = """
    create table crosschecks.cases (month text, case_id text, rule_id text, division text, scheme text,
        person_id text, other_person_id text, match_class text, score numeric, first_month text,
        last_month text, months integer, amount numeric, state text, outcome text, evidence text);
    insert into crosschecks.cases (month, case_id, rule_id, amount) values ('2024-06', 'c1', 'r', 1.50)
"""


@pytest.fixture
def built(warehouse: Warehouse) -> Warehouse:
    """A warehouse that holds the report cells of two months and nothing else."""
    with warehouse.connect() as connection:
        connection.execute(CELLS)
    return warehouse


def publish_june(warehouse: Warehouse, settings: Settings, *, preparer: str = "王小明"):
    return publish(warehouse, settings, month=MONTH, as_of=AS_OF, site_version="v1", preparer=preparer)


def hashes(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def stored_hashes(warehouse: Warehouse, number: int) -> dict[str, str]:
    with warehouse.connect() as connection:
        return dict(
            connection.execute(
                "select name, sha256 from ops.publication_files where number = %s", (number,)
            ).fetchall()
        )


def draft(warehouse: Warehouse, *, number: int = 1, grade: str = "A") -> None:
    """Store a draft of two cells that state its number, without rendering anything."""
    cells = tuple(
        Cell("R1", "230600", "ALL", "", place, "a · b · c", "a · b · c", Decimal(number), "persons", place)
        for place in ("r1c1", "r1c2")
    )
    rate = ScorecardRow(
        "230600", "市", "City", "city", "AC01", "fill_rate", Decimal(1), Decimal(4), None, None, "fail", grade
    )
    batches = Batches(production=(f"batch {number}",))
    content = Content(
        MONTH, "v1", "0", batches, cells, (rate,), as_of=AS_OF,
        rule_results=(RuleResult("230600", "AC01", "AC01-1", "critical", "a", "a", 4, 1, 1),),
        failing_rows=(FailingRow("230600", "AC01", "AC01-1", "••", "file", 1),),
    )  # fmt: skip
    with warehouse.connect() as connection:
        store.store(
            connection, number=number, content=content, as_of=AS_OF, preparer="王小明", files={},
            replaces=store.current_number(connection, MONTH),
        )  # fmt: skip


def signatures(warehouse: Warehouse) -> list[tuple[str, str]]:
    with warehouse.connect() as connection:
        return connection.execute("select actor, action from ops.audit order by sequence").fetchall()


def test_publish_stores_cells_and_hashes_of_what_it_wrote(built: Warehouse, settings: Settings) -> None:
    published = publish_june(built, settings)
    assert (published.number, published.state, published.preparer) == (1, "draft", "王小明")
    assert published.content_sha256 != published.sha256
    expected = {f"R1.{language}.{kind}" for language in ("zh", "en") for kind in ("xlsx", "pdf", "html")}
    expected |= {f"analysis.{language}.{kind}" for language in ("zh", "en") for kind in ("pdf", "html")}
    expected |= {"R1.sdmx.csv", "structure.sdmx.xml"}
    assert hashes(settings.home / "reports" / "1") == stored_hashes(built, 1)
    assert set(stored_hashes(built, 1)) == expected
    with built.connect() as connection:
        cells = connection.execute("select cell, value from ops.publication_cells order by cell").fetchall()
    assert cells == [("r1c1", 12), ("r1c2", 3)]


def test_publish_returns_the_existing_number_and_restores_its_files_when_nothing_changed(
    built: Warehouse, settings: Settings
) -> None:
    first = publish_june(built, settings)
    shutil.rmtree(settings.home / "reports")
    assert publish_june(built, settings, preparer="someone else") == first
    assert hashes(settings.home / "reports" / "1") == stored_hashes(built, 1)


@pytest.mark.parametrize(
    "change",
    [
        "update reports.cells set value = 13 where month = '2024-06' and cell = 'r1c1'",
        NEW_BATCH,
        NEW_BATCH.replace("'production', '2024-06', 'AC01'", "'tax', '2024-05', 'voucher.csv'"),
        SCORECARD % "'A'",
        SCORECARD.replace("2024-06", "2024-05") % "'A'",
        RULE,
        FAILURE,
        CASES,
    ],
    ids=[
        "cell",
        "batch",
        "file of a feed",
        "scorecard",
        "earlier scorecard",
        "rule result",
        "failing row",
        "case",
    ],
)
def test_publish_takes_the_next_number_when_content_changed(
    built: Warehouse, settings: Settings, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    monkeypatch.setattr("reporting.publications.drafting.render", lambda *_: iter([("R1.txt", b"")]))
    first = publish_june(built, settings)
    with built.connect() as connection:
        connection.execute(change)
    assert (first.number, publish_june(built, settings).number) == (1, 2)


@pytest.mark.parametrize("killed_at", ["rendering", "storing"])
def test_publish_leaves_no_half_publication_when_killed(
    built: Warehouse, settings: Settings, monkeypatch: pytest.MonkeyPatch, killed_at: str
) -> None:
    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    def die_after_one_file(*_: object):
        yield "R1.txt", b"half"
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        if killed_at == "rendering":
            patched.setattr("reporting.publications.drafting.render", die_after_one_file)
        else:
            patched.setattr("reporting.publications.store.store", die)
        with pytest.raises(KeyboardInterrupt):
            publish_june(built, settings)
    with built.connect() as connection, pytest.raises(NotFound):
        find(connection, 1)
    assert publish_june(built, settings).number == 1
    assert [path.name for path in (settings.home / "reports").iterdir()] == ["1"]
    assert hashes(settings.home / "reports" / "1") == stored_hashes(built, 1)


def test_publish_says_so_when_the_month_is_not_built(warehouse: Warehouse, settings: Settings) -> None:
    with pytest.raises(NotFound, match="no report forms of 2024-06"):
        publish_june(warehouse, settings)


def test_publish_says_so_when_its_folder_cannot_be_used(built: Warehouse, settings: Settings) -> None:
    settings.home.mkdir(parents=True, exist_ok=True)
    (settings.home / "reports").touch()
    with pytest.raises(FolderUnusable):
        publish_june(built, settings)


def test_scorecard_page_has_a_chart_and_the_same_figures_beside_it(built: Warehouse) -> None:
    with built.connect() as connection:
        connection.execute(SCORECARD, ("F",))
        content = collect(connection, month=MONTH, site_version="v1", as_of=AS_OF)
    imprint = Imprint(number=1, preparer="x", as_of=AS_OF)
    page = scorecard.draw(content, imprint, language="zh").decode()
    assert page.count("<figure") == page.count("</figure>") == 1
    assert page.count("25.00%</") > 2
    assert "✗ 未达标" in page
    assert content.not_usable == ("230600 AC01",)


def test_publication_holds_what_rules_found_and_masks_the_keys_of_failing_rows(
    built: Warehouse, settings: Settings
) -> None:
    with built.connect() as connection:
        connection.execute(SCORECARD, ("F",))
        connection.execute(RULE)
        connection.execute(FAILURE)
    publish_june(built, settings)
    with built.connect() as connection:
        rules = connection.execute("select * from ops.publication_rules").fetchall()
        rows = connection.execute("select * from ops.publication_failures").fetchall()
    assert rules == [
        (1, "230600", "AC01", "AC01-1", "critical", "号码无效", "No valid number", 4, 1, 1),
    ]
    assert rows == [(1, "230600", "AC01", "AC01-1", "••0015", "file-1", 17)]
    page = (settings.home / "reports" / "1" / "scorecard.en.html").read_text("utf-8")
    assert "640301198002290015" not in page
    assert all(text in page for text in ("No valid number", "file-1", "row 17 ••0015"))


def test_content_holds_the_first_failing_rows_of_each_rule_and_counts_them_all(built: Warehouse) -> None:
    many = ROWS_PER_RULE + 5
    with built.connect() as connection:
        connection.execute(RULE)
        connection.execute(
            "insert into quality.failures"
            " select '2024-06', '230600', 'AC01', 'AC01-1', n::text, 'file', n, n::text"
            " from generate_series(%s, 1, -1) as n",
            (many,),
        )
        content = collect(connection, month=MONTH, site_version="v1", as_of=AS_OF)
    assert [row.source_row for row in content.failing_rows] == list(range(1, ROWS_PER_RULE + 1))
    assert [rule.own_failed for rule in content.rule_results] == [many]


def test_rule_result_without_a_noted_text_is_kept(built: Warehouse) -> None:
    with built.connect() as connection:
        connection.execute(RULE.partition(";")[2])
        found = collect(connection, month=MONTH, site_version="v1", as_of=AS_OF).rule_results
    assert found == (RuleResult("230600", "AC01", "AC01-1", None, None, None, 4, 1, 0),)


def test_earlier_rates_reach_back_a_year(built: Warehouse) -> None:
    with built.connect() as connection:
        for month in ("2023-06", "2023-07", "2024-05", MONTH, "2024-07"):
            connection.execute(SCORECARD.replace("2024-06", month), ("A",))
        found = collect(connection, month=MONTH, site_version="v1", as_of=AS_OF).earlier_rates
    assert [one.month for one in found] == ["2023-07", "2024-05"]


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


def sign(warehouse: Warehouse, number: int) -> None:
    review(warehouse, number=number, name="李复核")
    approve(warehouse, number=number, name="张负责")


def test_publish_after_approval_makes_a_correction_with_the_cells_that_changed(
    built: Warehouse, settings: Settings
) -> None:
    sign(built, publish_june(built, settings).number)
    assert publish_june(built, settings).number == 1
    with built.connect() as connection:
        connection.execute("update reports.cells set value = 13 where month = '2024-06' and cell = 'r1c1'")
    correction = publish_june(built, settings)
    assert (correction.number, correction.replaces, correction.changed_cells) == (2, 1, 1)
    listed = (settings.home / "reports" / "2" / "changes.csv").read_text().splitlines()
    assert listed == [
        "form,cell,division,scheme,breakdown,indicator,kind,old_value,new_value",
        "R1,r1c1,230600,ALL,,insured_workers,changed,12,13",
    ]
    shutil.rmtree(settings.home / "reports")
    assert publish_june(built, settings) == correction


def test_approve_is_refused_when_another_was_approved_since_it_was_prepared(warehouse: Warehouse) -> None:
    for number in (1, 2):
        draft(warehouse, number=number)
    sign(warehouse, 1)
    review(warehouse, number=2, name="李复核")
    with pytest.raises(SignOffRefused, match="publication 1 was approved since"):
        approve(warehouse, number=2, name="张负责")


def test_publish_prepares_anew_when_the_one_it_compares_with_is_not_current_any_more(
    built: Warehouse, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reporting.publications.drafting.render", lambda *_: iter([("R1.txt", b"")]))
    publish_june(built, settings)
    with built.connect() as connection:
        connection.execute("update reports.cells set value = 13 where month = '2024-06' and cell = 'r1c1'")
    publish_june(built, settings)
    sign(built, 1)
    third = publish_june(built, settings)
    assert (third.number, third.replaces) == (3, 1)


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


def test_readers_see_exactly_one_publication_while_a_hundred_are_approved(built: Warehouse) -> None:
    """Of a hundred, drawn up and approved one after the other while the month is built again and again."""
    done, seen, builds = threading.Event(), [], []

    def read() -> None:
        query = (
            "select number, value from published.cells where month = %(month)s"
            " union all select number, number from published.publications where month = %(month)s"
            " union all select number, number from published.scorecard where month = %(month)s"
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

    others = [threading.Thread(target=one) for one in (read, build)]
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


def test_comparing_a_publication_with_its_own_month_finds_nothing(
    built: Warehouse, settings: Settings
) -> None:
    publish_june(built, settings)
    found = compare_rebuilt(built, built, number=1)
    assert found.is_equal
    assert (found.cells_compared, found.files_compared) == (2, len(stored_hashes(built, 1)))


@pytest.mark.parametrize(
    ("damage", "differing"),
    [
        ("update reports.cells set value = 13 where month = '2024-06' and cell = 'r1c1'", ["r1c1"]),
        ("update ops.publication_cells set value = 13 where cell = 'r1c1'", ["r1c1"]),
        ("update ops.publication_files set sha256 = 'x' where name = 'R1.txt'", []),
        (SCORECARD % "'A'", []),
        (RULE, []),
        ("insert into ops.publication_failures values (1, 'd', 'AC01', 'AC01-1', '••', 'f', 1)", []),
        (CASES, []),
    ],
    ids=[
        "another figure",
        "a forged figure",
        "a forged hash",
        "another scorecard",
        "another rule result",
        "a forged failing row",
        "another case",
    ],
)
def test_comparing_a_publication_names_what_differs(
    built: Warehouse,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    damage: str,
    differing: list[str],
) -> None:
    monkeypatch.setattr("reporting.publications.drafting.render", lambda *_: iter([("R1.txt", b"")]))
    publish_june(built, settings)
    with built.connect() as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute(damage)
    found = compare_rebuilt(built, built, number=1)
    assert not found.is_equal
    assert [cell.cell for cell in found.cells] == differing


def test_publication_notes_the_runs_that_made_it_and_the_build_an_older_step_ran_on(
    warehouse: Warehouse,
) -> None:
    runs = [
        ("build", "2024-05"), ("build", "2024-05"), ("build", MONTH), ("crosscheck", MONTH), ("build", MONTH),
        ("build", MONTH), ("measure", MONTH), ("build", "2024-07"),
    ]  # fmt: skip
    with warehouse.connect() as connection:
        for number, (step, month) in enumerate(runs, start=1):
            connection.execute(
                "insert into ops.runs (step, month, as_of, site_version, outcome)"
                " values (%s, %s, %s, %s, 'done')",
                (step, month, AS_OF, str(number)),
            )
        found = [int(one["site_version"]) for one in replay_of(connection, MONTH)]
    assert found == [2, 3, 4, 6, 7]
