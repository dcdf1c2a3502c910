"""Publications: numbered by content, whole or not at all, and signed by three different people."""

from __future__ import annotations

import hashlib
import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from fundwatch.errors import FolderUnusable, NotFound, SignOffRefused
from fundwatch.settings import Settings
from fundwatch.warehouse import Warehouse
from reporting import approve, find, publications, publish, review, scorecard
from reporting.content import Cell, Content, Measured, collect
from reporting.forms import Imprint

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
    """Store a draft without rendering anything."""
    cell = Cell("R1", "230600", "ALL", "", "r1c1", "a · b · c", "a · b · c", Decimal(1), "persons", "x")
    rate = Measured(
        "230600", "市", "City", "city", "AC01", "fill_rate", Decimal(1), Decimal(4), None, None, "fail", grade
    )
    content = Content(MONTH, "v1", "0", (f"batch {number}",), (cell,), (rate,))
    with warehouse.connect() as connection:
        publications.store(
            connection, number=number, content=content, as_of=AS_OF, preparer="王小明", files={}
        )


def signatures(warehouse: Warehouse) -> list[tuple[str, str]]:
    with warehouse.connect() as connection:
        return connection.execute("select actor, action from ops.audit_log order by entry_id").fetchall()


def test_publish_stores_cells_and_hashes_of_what_it_wrote(built: Warehouse, settings: Settings) -> None:
    published = publish_june(built, settings)
    assert (published.number, published.state, published.preparer) == (1, "draft", "王小明")
    expected = {f"R1.{language}.{kind}" for language in ("zh", "en") for kind in ("xlsx", "pdf", "html")}
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
        SCORECARD % "'A'",
    ],
    ids=["cell", "batch", "scorecard"],
)
def test_publish_takes_the_next_number_when_content_changed(
    built: Warehouse, settings: Settings, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    monkeypatch.setattr("reporting.publishing.render", lambda *_: iter([("R1.txt", b"")]))
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
            patched.setattr("reporting.publishing.render", die_after_one_file)
        else:
            patched.setattr("reporting.publications.store", die)
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
        content = collect(connection, month=MONTH, site_version="v1")
    imprint = Imprint(number=1, preparer="x", as_of=AS_OF)
    page = scorecard.draw(content, imprint, language="zh").decode()
    assert page.count("<svg") == 1
    assert "<td>25.00%</td>" in page
    assert "未达标" in page
    assert "<script" not in page
    assert "href=" not in page
    assert content.not_usable == ("230600 AC01",)


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
    assert len(signatures(warehouse)) == 3


@pytest.mark.parametrize("name", ["王小明", " 王小明 ", ""])
def test_review_is_refused_when_the_preparer_or_nobody_signs(warehouse: Warehouse, name: str) -> None:
    draft(warehouse)
    with pytest.raises(SignOffRefused):
        review(warehouse, number=1, name=name)
    assert [action for _, action in signatures(warehouse)] == ["publication prepared"]


@pytest.mark.parametrize("name", ["王小明", "Li Na", "ＬＩ  na"])
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
