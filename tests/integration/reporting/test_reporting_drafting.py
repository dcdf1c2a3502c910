"""Drafts: numbered by content, whole or not at all, corrections of what is published."""

from __future__ import annotations

import shutil

import pytest

from fundwatch.acts.publications import find
from fundwatch.database.warehouse import Warehouse
from fundwatch.errors import FolderUnusable, NotFound
from fundwatch.settings import Settings
from tests.integration.reporting.support import (
    CASES,
    FAILURE,
    ISSUE,
    NEW_BATCH,
    RULE,
    SCORECARD,
    hashes,
    publish_june,
    sign,
    stored_hashes,
)
from tests.support import put_off_guards


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
        ISSUE,
        "update ops.declarations set note = 'b'",
        "update ops.publications set parts = '{divisions}'",
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
        "issue",
        "answer of the checklist",
        "publication of a former release",
    ],
)
def test_publish_takes_the_next_number_when_content_changed(
    built: Warehouse, settings: Settings, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    monkeypatch.setattr("reporting.publications.drafting.render", lambda *_: iter([("R1.txt", b"")]))
    with built.connect() as connection:
        connection.execute(
            "insert into ops.declarations (month, item, answer, note, actor) values"
            " ('2024-06', 'no item of it', 'yes', 'a', 'x')"
        )
    first = publish_june(built, settings)
    with built.connect() as connection:
        put_off_guards(connection)
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


def test_publish_sets_aside_what_stood_in_the_folder_of_its_reports(
    built: Warehouse, settings: Settings
) -> None:
    folder = settings.home / "reports" / "1"
    folder.mkdir(parents=True)
    (folder / "R1.txt").write_text("signed in the warehouse before this one")
    publish_june(built, settings)
    (folder / "analysis.en.html").write_text("somebody's notes")
    publish_june(built, settings)
    assert hashes(folder) == stored_hashes(built, 1)
    aside = [folder.with_name(f"1.set-aside-{number}") for number in (1, 2)]
    assert (aside[0] / "R1.txt").read_text() == "signed in the warehouse before this one"
    assert (aside[1] / "analysis.en.html").read_text() == "somebody's notes"


def test_publish_says_so_when_the_month_is_not_built(warehouse: Warehouse, settings: Settings) -> None:
    with pytest.raises(NotFound, match="no report forms of 2024-06"):
        publish_june(warehouse, settings)


def test_publish_says_so_when_its_folder_cannot_be_used(built: Warehouse, settings: Settings) -> None:
    settings.home.mkdir(parents=True, exist_ok=True)
    (settings.home / "reports").touch()
    with pytest.raises(FolderUnusable):
        publish_june(built, settings)


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
