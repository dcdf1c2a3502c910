"""Comparing a publication with its rebuilt month: equal, or what differs is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from fundwatch.database.warehouse import Warehouse
from fundwatch.settings import Settings
from reporting.publications.reproducing import compare_rebuilt
from tests.integration.reporting.support import CASES, ISSUE, RULE, SCORECARD, publish_june, stored_hashes
from tests.support import put_off_guards


def test_comparing_a_publication_with_its_own_month_finds_nothing(
    built: Warehouse, settings: Settings
) -> None:
    publish_june(built, settings)
    comparison = compare_rebuilt(built, built, number=1)
    assert comparison.is_equal
    assert (comparison.cells_compared, comparison.files_compared) == (2, len(stored_hashes(built, 1)))


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
        (ISSUE, []),
        ("update ops.publication_declarations set answer = 'no'", []),
        ("delete from ops.publication_declarations", []),
    ],
    ids=[
        "another figure",
        "a forged figure",
        "a forged hash",
        "another scorecard",
        "another rule result",
        "a forged failing row",
        "another case",
        "another issue",
        "a forged answer",
        "an answer that is gone",
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
    with built.connect() as connection:
        connection.execute(
            "insert into ops.declarations (month, item, answer, note, actor) values"
            " ('2024-06', 'no item of it', 'yes', 'a', 'x')"
        )
    publish_june(built, settings)
    with built.connect() as connection:
        put_off_guards(connection)
        connection.execute(damage)
    comparison = compare_rebuilt(built, built, number=1)
    assert not comparison.is_equal
    assert [cell.cell for cell in comparison.cells] == differing


def test_comparing_a_publication_reads_its_files_on_disk(
    built: Warehouse, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"R1.txt": b"1", "R2.txt": b"2", "R3.txt": b"3"}
    monkeypatch.setattr("reporting.publications.drafting.render", lambda *_: iter(files.items()))
    folder = Path(publish_june(built, settings).folder)
    assert compare_rebuilt(built, built, number=1).is_equal
    (folder / "R1.txt").write_bytes(b"another")
    (folder / "R2.txt").unlink()
    (folder / "R4.txt").touch()
    comparison = compare_rebuilt(built, built, number=1)
    assert (comparison.is_equal, comparison.files) == (False, ())
    assert comparison.files_on_disk == ("R1.txt", "R2.txt", "R4.txt")
