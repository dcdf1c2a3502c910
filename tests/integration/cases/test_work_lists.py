"""Work lists as they go out, and returned ones: taken row by row, or refused with the reason."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from crosschecks.cases.work_lists.entries import Masks
from crosschecks.cases.work_lists.importing import Imported, import_list
from crosschecks.cases.work_lists.spreadsheet import read_workbook
from crosschecks.cases.work_lists.writing import write_work_lists
from fundwatch.errors import NotFound, UsageWrong
from tests.integration.cases.desk import CITY, MAY, NORTH, SOUTH, Desk, Point
from tests.integration.checked_city import identity_number

NUMBER = identity_number(3)
HEADINGS, FIRST = 7, 8  # rows of a workbook, from 1
CASE, FINDING, NOTE = 2, 12, 13
THREE = [
    Point(case_id=f"{place}f" * 12, person_id=f"P{place}", amount=f"{300 - place}.00") for place in range(3)
]
ELSEWHERE = Point(case_id="5f" * 12, person_id="P5", division=SOUTH)
Fill = Callable[[Worksheet], object]


@pytest.fixture(scope="module")
def furnished(shared_desk: Desk) -> Desk:
    shared_desk.furnish(("P0", "欧阳明珠", NUMBER), ("P1", "=cmd|' /C calc'!A0", "1"))
    return shared_desk


@pytest.fixture
def desk(furnished: Desk) -> Desk:
    furnished.clear_away()
    furnished.list(MAY, *THREE, ELSEWHERE)
    return furnished


def written(desk: Desk, home: Path) -> dict[str, tuple[str, ...]]:
    masks = Masks(lambda name: f"{name[:1]}**", lambda number: f"{number[:3]}***")
    lists = write_work_lists(desk.warehouse, home=home, month=MAY, site_version="desk", masks=masks)
    return {work.division: work.files for work in lists}


def returned(desk: Desk, home: Path, fill: Fill, *, language: str = "zh") -> Imported:
    """Fill in the list of the north, and import it."""
    written(desk, home)
    book = openpyxl.load_workbook(home / "work-lists" / MAY / f"{NORTH}.{language}.xlsx")
    fill(book.worksheets[0])
    path = home / "returned.xlsx"
    book.save(path)
    return import_list(desk.warehouse, home=home, path=path, name="Verifier")


def say(sheet: Worksheet, row: int, finding: str, note: str = "上门核实") -> None:
    sheet.cell(FIRST + row, FINDING, finding)
    sheet.cell(FIRST + row, NOTE, note)


def results(imported: Imported) -> list[tuple[int, str, str]]:
    return [(row.line - FIRST, row.result, row.reason) for row in imported.rows]


def test_a_county_gets_its_open_cases_with_names_masked_and_no_formula(desk: Desk, tmp_path) -> None:
    desk.record("dispatched", case=THREE[1].case_id)
    desk.verify(case=THREE[2].case_id)
    files = written(desk, tmp_path)
    assert files == {
        NORTH: (f"{NORTH}.zh.xlsx", f"{NORTH}.en.xlsx"), SOUTH: (f"{SOUTH}.zh.xlsx", f"{SOUTH}.en.xlsx"),
    }  # fmt: skip
    path = tmp_path / "work-lists" / MAY / f"{NORTH}.zh.xlsx"
    sheet = openpyxl.load_workbook(path).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=FIRST, max_row=FIRST + 1)]
    assert [row[1:6] for row in rows] == [
        [THREE[0].case_id, "死亡后待遇发放疑点", "P0", "欧**", f"{NUMBER[:3]}***"],
        [THREE[1].case_id, "死亡后待遇发放疑点", "P1", "=**", "1***"],
    ]  # fmt: skip
    assert [row[8] for row in rows] == [300, 299]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    assert NUMBER.encode() not in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600


def test_lists_written_again_are_the_same_and_those_of_no_case_are_gone(desk: Desk, tmp_path) -> None:
    written(desk, tmp_path)
    folder = tmp_path / "work-lists" / MAY
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    written(desk, tmp_path)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    (folder / "notes.xlsx").write_bytes(b"mine")
    desk.list(MAY, ELSEWHERE)
    written(desk, tmp_path)
    assert sorted(path.name for path in folder.iterdir()) == [
        f"{SOUTH}.en.xlsx", f"{SOUTH}.zh.xlsx", "notes.xlsx",
    ]  # fmt: skip


PAIRS = """
create table if not exists crosschecks.review_pairs (
    month text, person_id text, other_person_id text, division text, score numeric(18, 6), reason_zh text,
    reason_en text
)
"""


@pytest.fixture
def reviewed(desk: Desk) -> Iterator[Desk]:
    """A desk with two pairs to review in the north, and one that has no division: the city's."""
    with desk.warehouse.connect(layer="crosschecks") as connection:
        connection.execute(PAIRS)
        connection.cursor().executemany(
            "insert into crosschecks.review_pairs values (%s, %s, %s, %s, %s, '出生日期相同', '=1+1')",
            [
                (MAY, "P0", "P1", NORTH, "0.81"),
                (MAY, "P0", "P9", NORTH, "0.93"),
                (MAY, "P1", "P9", None, "0.9"),
            ],
        )
    yield desk
    with desk.warehouse.connect(layer="crosschecks") as connection:
        connection.execute("drop table crosschecks.review_pairs")


def test_pairs_to_review_are_a_sheet_of_their_county_without_a_finding(reviewed: Desk, tmp_path) -> None:
    assert set(written(reviewed, tmp_path)) == {CITY, NORTH, SOUTH}
    folder = tmp_path / "work-lists" / MAY
    books = {place: openpyxl.load_workbook(folder / f"{place}.en.xlsx") for place in (CITY, NORTH, SOUTH)}
    assert [len(book.worksheets) for book in books.values()] == [2, 2, 1]
    _, sheet = books[NORTH].worksheets
    rows = [[cell.value for cell in row][1:9] for row in sheet.iter_rows(min_row=7)]
    assert rows == [
        ["P0", "欧**", f"{NUMBER[:3]}***", "P9", "", "", 0.93, "=1+1"],
        ["P0", "欧**", f"{NUMBER[:3]}***", "P1", "=**", "1***", 0.81, "=1+1"],
    ]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} <= {"s", "n"}


def test_what_is_written_beside_a_pair_is_refused_and_the_cases_are_taken(reviewed: Desk, tmp_path) -> None:
    def fill(sheet: Worksheet) -> None:
        say(sheet, 0, "已死亡")
        sheet.parent.worksheets[1].cell(8, 10, "同一人")

    imported = returned(reviewed, tmp_path, fill)
    assert [(row.line, row.result, row.reason) for row in imported.rows] == [
        (FIRST, "taken", ""), (8, "refused", "a pair to review takes no finding: correct the record instead"),
    ]  # fmt: skip


def test_a_month_without_cases_has_no_list(desk: Desk, tmp_path) -> None:
    with pytest.raises(NotFound):
        write_work_lists(
            desk.warehouse, home=tmp_path, month="2023-01", site_version="desk", masks=Masks(str, str)
        )


@pytest.mark.parametrize(("language", "finding"), [("zh", "本人健在"), ("en", "Alive"), ("zh", " alive ")])
def test_a_finding_is_recorded_and_rows_left_empty_stay(
    desk: Desk, tmp_path, language: str, finding: str
) -> None:
    imported = returned(desk, tmp_path, lambda sheet: say(sheet, 1, finding), language=language)
    assert (imported.taken, imported.known, imported.refused, imported.empty) == (1, 0, 0, 2)
    assert desk.events(THREE[1].case_id) == [
        (1, "dispatched", "Verifier", MAY), (2, "verified", "Verifier", MAY),
    ]  # fmt: skip
    assert desk.events(THREE[0].case_id) == []
    kept = tmp_path / "work-lists" / "returned" / f"{imported.sha256}.xlsx"
    assert kept.read_bytes() == (tmp_path / "returned.xlsx").read_bytes()


def test_a_list_returned_twice_records_nothing_twice(desk: Desk, tmp_path) -> None:
    def fill(sheet: Worksheet) -> None:
        say(sheet, 0, "已死亡")

    returned(desk, tmp_path, fill)
    again = import_list(desk.warehouse, home=tmp_path, path=tmp_path / "returned.xlsx", name="Verifier")
    assert (again.taken, again.known, again.refused) == (0, 1, 0)
    assert len(desk.events(THREE[0].case_id)) == 2


def test_a_list_that_comes_late_sends_no_decision_back(desk: Desk, tmp_path) -> None:
    written(desk, tmp_path)
    desk.verify("dead", case=THREE[0].case_id)
    desk.record("decided", case=THREE[0].case_id, decision="suspend", outcome="late_report", name="Decider")
    path = tmp_path / "late.xlsx"
    book = openpyxl.load_workbook(tmp_path / "work-lists" / MAY / f"{NORTH}.zh.xlsx")
    say(book.worksheets[0], 0, "本人健在")
    book.save(path)
    (row,) = import_list(desk.warehouse, home=tmp_path, path=path, name="Verifier").rows
    assert (row.result, row.reason) == ("refused", "the case is decided, not to be verified")
    assert len(desk.events(THREE[0].case_id)) == 3


def merge(sheet: Worksheet) -> None:
    say(sheet, 0, "已死亡")
    sheet.merge_cells(start_row=FIRST, end_row=FIRST + 1, start_column=FINDING, end_column=FINDING)


def foreign(sheet: Worksheet) -> None:
    sheet.cell(FIRST, CASE, ELSEWHERE.case_id)
    say(sheet, 0, "已死亡")


def unknown(sheet: Worksheet) -> None:
    sheet.cell(FIRST, CASE, "0" * 24)
    say(sheet, 0, "已死亡")


def formula(sheet: Worksheet) -> None:
    say(sheet, 0, '=IF(1=1,"已死亡","")')


def no_case(sheet: Worksheet) -> None:
    sheet.cell(FIRST, CASE).value = None
    say(sheet, 0, "已死亡")


@pytest.mark.parametrize(
    ("fill", "reason"),
    [
        (formula, "a formula stands for the finding"),
        (foreign, f"the case is not of {NORTH}, whose list this is"),
        (unknown, "there is no case of that id"),
        (no_case, "it names no case"),
        (lambda sheet: say(sheet, 0, "大概死了"), "the finding is none of the list's words"),
        (lambda sheet: say(sheet, 0, "", "见附件"), "the finding is none of the list's words"),
        (
            lambda sheet: say(sheet, 0, "已死亡", ""),
            "nothing explains the finding: fill in 情况说明 / Explanation",
        ),
        (
            lambda sheet: say(sheet, 0, "已死亡", "长" * 2001),
            "a note has at most 2000 characters, on one line",
        ),
        (lambda sheet: say(sheet, 0, "已死亡", f"证件{NUMBER}"), "the note holds an identity number"),
    ],
)
def test_a_row_that_cannot_be_taken_is_refused_with_its_reason_and_the_others_are_taken(
    desk: Desk, tmp_path, fill: Fill, reason: str
) -> None:
    def filled(sheet: Worksheet) -> None:
        fill(sheet)
        say(sheet, 2, "数据错误")

    imported = returned(desk, tmp_path, filled)
    assert results(imported) == [(0, "refused", reason), (2, "taken", "")]
    assert desk.events(THREE[0].case_id) == []
    entered = desk.rows(
        "select line, result, reason, note from ops.case_list_rows where list_id = %s order by line",
        imported.list_id,
    )
    assert [row[1:3] for row in entered] == [("refused", reason), ("taken", "")]
    assert NUMBER not in str(entered)


def test_rows_under_merged_cells_are_refused(desk: Desk, tmp_path) -> None:
    reason = "cells of it are merged, so it is not clear what is said of which case"
    assert results(returned(desk, tmp_path, merge)) == [(0, "refused", reason), (1, "refused", reason)]


def test_a_case_twice_is_taken_once_and_not_at_all_with_two_verdicts(desk: Desk, tmp_path) -> None:
    def fill(sheet: Worksheet) -> None:
        for row, finding in enumerate(("已死亡", "dead", "本人健在", "已死亡")):
            sheet.cell(FIRST + row, CASE, THREE[0 if row < 2 else 1].case_id)
            say(sheet, row, finding)

    different = "the list says different things of this case"
    assert results(returned(desk, tmp_path, fill)) == [
        (0, "taken", ""), (1, "refused", "the case stands in the list twice"),
        (2, "refused", different), (3, "refused", different),
    ]  # fmt: skip
    assert desk.events(THREE[1].case_id) == []


def test_a_part_of_a_list_is_taken(desk: Desk, tmp_path) -> None:
    def fill(sheet: Worksheet) -> None:
        say(sheet, 1, "已死亡")
        sheet.delete_rows(FIRST)
        sheet.delete_cols(3, 2)

    assert [result for _, result, _ in results(returned(desk, tmp_path, fill))] == ["taken"]
    assert len(desk.events(THREE[1].case_id)) == 2


def test_a_sheet_without_headings_refuses_its_rows_and_one_without_number_the_file(
    desk: Desk, tmp_path
) -> None:
    imported = returned(desk, tmp_path, lambda sheet: sheet.delete_rows(HEADINGS))
    assert {row.result for row in imported.rows} == {"refused"}
    assert len(imported.rows) == 3
    with pytest.raises(UsageWrong, match="which work list it is"):
        returned(desk, tmp_path, lambda sheet: sheet.delete_rows(1, 6))


def rewritten(source: Path, target: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change(data) if name == part else data)
    return target


def damaged(source: Path, target: Path, part: str) -> Path:
    """Spoil the compressed bytes of a part, as a bad stick does."""
    with zipfile.ZipFile(source) as archive:
        entry = archive.getinfo(part)
    data = bytearray(source.read_bytes())
    begin = entry.header_offset + 30 + len(part)
    data[begin : begin + 40] = b"\xff" * 40
    target.write_bytes(data)
    return target


def test_whole_columns_merged_a_thousand_times_cost_no_more_than_the_cells_there_are(
    desk: Desk, tmp_path
) -> None:
    written(desk, tmp_path)
    merged = b"".join(b'<mergeCell ref="A%d:XFD1048576"/>' % row for row in range(8, 1008))
    path = rewritten(
        tmp_path / "work-lists" / MAY / f"{NORTH}.zh.xlsx",
        tmp_path / "merged.xlsx",
        "xl/worksheets/sheet1.xml",
        lambda data: data.replace(b"</sheetData>", b"</sheetData><mergeCells>" + merged + b"</mergeCells>"),
    )  # fmt: skip
    (sheet,) = read_workbook(path)
    assert len(sheet.merged) < 200


def test_a_file_that_is_no_honest_workbook_is_refused(desk: Desk, tmp_path) -> None:
    written(desk, tmp_path)
    source = tmp_path / "work-lists" / MAY / f"{NORTH}.zh.xlsx"
    entities = b'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY a "aaaaaaaa">]>'
    sheet = "xl/worksheets/sheet1.xml"
    hostile = [
        rewritten(
            source, tmp_path / "entities.xlsx", sheet, lambda data: entities + data.partition(b"?>")[2]
        ),
        rewritten(source, tmp_path / "cut.xlsx", sheet, lambda data: data[: len(data) // 2]),
        rewritten(source, tmp_path / "bomb.xlsx", "docProps/app.xml", lambda _: b" " * (201 << 20)),
        rewritten(source, tmp_path / "row.xlsx", sheet, lambda data: data.replace(b'r="9"', b'r="8"', 1)),
        rewritten(
            source, tmp_path / "text.xlsx", sheet, lambda data: data.replace(b"<v>1</v>", b"<v>999</v>")
        ),
        rewritten(
            source, tmp_path / "last.xlsx", sheet, lambda data: data.replace(b"<v>1</v>", b"<v>-1</v>")
        ),
        damaged(source, tmp_path / "damaged.xlsx", sheet),
    ]
    (tmp_path / "text.xlsx").write_text("疑点编号,核查结果")
    (tmp_path / "half.xlsx").write_bytes(source.read_bytes()[:3000])
    for path in (*hostile, tmp_path / "text.xlsx", tmp_path / "half.xlsx", tmp_path / "none.xlsx", tmp_path):
        with pytest.raises(UsageWrong, match="cannot be taken as a work list"):
            import_list(desk.warehouse, home=tmp_path, path=path, name="Verifier")
    assert not (tmp_path / "work-lists" / "returned").exists()
