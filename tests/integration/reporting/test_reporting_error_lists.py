"""A county's error list: what its workbook says, who can read it, and when it is drawn again."""

from __future__ import annotations

from datetime import date

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from expectations.rules import RULES
from fundwatch.catalogue import TABLES
from fundwatch.database.warehouse import Warehouse
from fundwatch.labels.fields import FIELDS
from reporting.error_lists.wanted import WANTED, wanted_by
from reporting.error_lists.writing import write_error_lists

MONTH, NORTH, SOUTH = "2024-06", "230602", "230603"
FORMULA = "=HYPERLINK(1)"
SUBJECT, STANDS, SHOULD, PROBLEM, DUE, STATE, RESULT, EXPLANATION, ORIGIN = range(1, 10)
A4_LANDSCAPE, PIXELS = 11.69, 96  # inches, pixels of an inch


@pytest.fixture
def listed(warehouse: Warehouse) -> Warehouse:
    """A list of June: two open, one overdue, one waived and one corrected in one county."""
    with warehouse.connect() as connection:
        connection.execute("insert into site.versions (site_version) values ('v')")
        connection.execute(
            "insert into site.divisions values"
            " ('230602', '萨尔图区', 'Sartu District', 'county', '230600', 'v', 2)"
        )
        connection.execute(
            "insert into quality.error_lists values (%s, '2024-06-30', '2024-07-15', null)", (MONTH,)
        )
        for rule in ("AC01-1", "AC43-3"):
            connection.execute(
                "insert into quality.rules values ('r', %s, %s, 'critical', '证件号码无效',"
                " 'Bad number', 'w')",
                (rule, rule[:4]),
            )
            connection.execute(
                "insert into quality.rule_results values (%s, %s, %s, %s, 9, 1, 'r')",
                (MONTH, NORTH, rule[:4], rule),
            )
    for issue, key, state in (
        ("a1", "P1", "open"), ("a2", FORMULA, "open"), ("a3", "P3", "overdue"), ("a4", "P4", "waived"),
        ("a5", "P5", "corrected"),
    ):  # fmt: skip
        _list(warehouse, issue, key, state)
    return warehouse


def _list(warehouse: Warehouse, issue: str, key: str, state: str, *, division: str = NORTH) -> None:
    with warehouse.connect() as connection:
        connection.execute(
            "insert into quality.rectification values (%s, %s, %s, 'AC01', 'AC01-1', %s, 'file-1', 7,"
            " '2024-05', '2024-05', %s, %s, %s, %s)",
            (
                MONTH, issue, division, key, None if issue == "a1" else date(2024, 7, 15), state,
                date(2024, 6, 30) if state == "corrected" else None,
                "法院文书" if state == "waived" else None,
            ),
        )  # fmt: skip


def _land(warehouse: Warehouse) -> None:
    """Land the person P1 and P3, and prepare their rows as a measurement of the month does."""
    with warehouse.connect() as connection:
        for person, name, number, row in (
            ("P1", "欧阳娜", " 23060219800229001X", 7),
            ("P3", "李四", None, 8),
        ):
            connection.execute(
                "insert into landing.production__ac01 (_file_id, _row, _valid_from, aac001, aac002, aac003)"
                " values ('file-1', %s, %s, %s, %s, %s)",
                (row, MONTH, person, number, name),
            )
        connection.execute("update quality.rectification set source_row = 8 where key <> 'P1'")
        connection.execute(
            "create table quality.measuring_ac01 as"
            " select _file_id, _row, aac001, aac003 from landing.production__ac01 where aac001 = 'P1'"
        )
        connection.execute(
            "create table quality.measuring_ab01 (_file_id text, _row bigint, aab001 text, aab004 text)"
        )
        connection.execute(
            "insert into quality.standing (month, extracts, fingerprint, is_judged, tallies)"
            " values (%s, '{}', '', true, '{}')",
            (MONTH,),
        )


def _written(warehouse: Warehouse, folder) -> int:
    return write_error_lists(warehouse, home=folder, month=MONTH, site_version="v")


def _rows(path, sheet: int = 0) -> list[list]:
    book = openpyxl.load_workbook(path)
    return [[cell.value for cell in row] for row in book.worksheets[sheet].iter_rows(min_row=7)]


@pytest.mark.parametrize(("language", "wrong"), [("zh", "证件号码无效"), ("en", "Bad number")])
def test_error_list_says_what_is_wrong_where_and_until_when(listed, tmp_path, language, wrong):
    assert _written(listed, tmp_path) == 2
    rows = _rows(tmp_path / "rectification" / MONTH / f"{NORTH}.{language}.xlsx")
    key = "个人编号 P3" if language == "zh" else "Person P3"
    first = rows[0]
    assert first[SUBJECT].split("\n")[1] == key
    assert first[PROBLEM].split("\n")[0] == wrong
    assert first[PROBLEM].split("\n")[1].startswith("AC01-1")
    assert first[ORIGIN].split("\n")[1] == "a3"
    assert first[DUE].date() == date(2024, 7, 15)
    assert [row[ORIGIN].split("\n")[1] for row in rows[:3]] == ["a3", "a2", "a1"]
    assert rows[2][DUE] == "—"
    assert rows[3][SUBJECT] is None


@pytest.mark.parametrize("language", ["zh", "en"])
def test_error_list_names_the_subject_masked_what_stands_there_and_what_should(listed, tmp_path, language):
    _land(listed)
    _written(listed, tmp_path)
    rows = _rows(tmp_path / "rectification" / MONTH / f"{NORTH}.{language}.xlsx")
    by_person = {row[SUBJECT].split("\n")[1][-2:]: row for row in rows[:3]}
    expected = {
        "zh": (
            "欧阳*",
            "公民身份号码：230602********001X",
            "18 位有效号码，出生日期真实、校验码正确（现为 18 位）",
        ),
        "en": (
            "欧阳*",
            "Identity number: 230602********001X",
            "18 characters, a real date, the right check character (18 now)",
        ),
    }
    assert (by_person["P1"][SUBJECT].split("\n")[0], *by_person["P1"][STANDS : SHOULD + 1]) == expected[
        language
    ]
    nobody, empty = (("—", "（空）"), ("—", "(empty)"))[language == "en"]
    assert by_person["P3"][SUBJECT].split("\n")[0] in ("（未登记）", "(not registered)", nobody)
    assert empty in by_person["P3"][STANDS]


def test_error_list_is_drawn_again_when_a_name_changed(listed, tmp_path):
    _land(listed)
    _written(listed, tmp_path)
    path = tmp_path / "rectification" / MONTH / f"{NORTH}.zh.xlsx"
    data = path.read_bytes()
    with listed.connect() as connection:
        connection.execute("update quality.measuring_ac01 set aac003 = '王二'")
    _written(listed, tmp_path)
    assert path.read_bytes() != data


@pytest.mark.parametrize("language", ["zh", "en"])
def test_error_list_reads_at_eight_points_on_a4_and_no_text_exceeds_its_row(listed, tmp_path, language):
    _land(listed)
    _written(listed, tmp_path)
    sheet = openpyxl.load_workbook(
        tmp_path / "rectification" / MONTH / f"{NORTH}.{language}.xlsx"
    ).worksheets[0]
    widths = [sheet.column_dimensions[get_column_letter(at)].width for at in range(1, 11)]
    margins = sheet.page_margins.left + sheet.page_margins.right
    scale = min(1, (A4_LANDSCAPE - margins) * PIXELS / sum(width * 7 + 5 for width in widths))
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    for row in range(6, 10):
        sizes = {cell.font.size for cell in sheet[row] if cell.value is not None}
        assert min(sizes) * scale >= 8
        for cell, width in zip(sheet[row], widths, strict=True):
            if isinstance(cell.value, str):
                # A Chinese character of 10 points is 13.4 pixels wide, a letter about half of it.
                room = [
                    sum(6.7 if letter.isascii() else 13.4 for letter in line)
                    for line in cell.value.split("\n")
                ]
                lines = sum(-(-size // (width * 7 + 5)) for size in room)
                assert lines * 10 * 1.2 <= sheet.row_dimensions[row].height, cell.value
                assert cell.alignment.wrap_text or lines == 1


def test_every_rule_says_what_should_stand_in_which_cells():
    assert set(WANTED) == {rule.rule_id for rule in RULES if not rule.rule_id.endswith("-0")}
    for rule in RULES:
        parts = wanted_by(rule.rule_id)
        assert parts, rule.rule_id
        for part in parts:
            assert set(part.columns) <= set(FIELDS) & {column.name for column in TABLES[rule.table].columns}
            assert part.zh.count("{") == part.en.count("{") == len(part.values), part


def test_error_list_keeps_what_is_waived_and_corrected_on_a_sheet_of_its_own(listed, tmp_path):
    _written(listed, tmp_path)
    rows = _rows(tmp_path / "rectification" / MONTH / f"{NORTH}.zh.xlsx", sheet=1)
    by_key = {row[ORIGIN].split("\n")[1]: (row[STATE], row[RESULT], row[EXPLANATION]) for row in rows[:2]}
    assert by_key["a4"] == ("暂缓整改", "—", "法院文书")
    assert by_key["a5"][0] == "已整改"
    assert by_key["a5"][1].date() == date(2024, 6, 30)


def test_error_list_has_room_for_the_answer_and_the_signatures(listed, tmp_path):
    _written(listed, tmp_path)
    sheet = openpyxl.load_workbook(tmp_path / "rectification" / MONTH / f"{NORTH}.zh.xlsx").worksheets[0]
    assert [sheet.cell(6, column).value for column in (8, 9)] == ["处理结果", "情况说明"]
    assert sheet.freeze_panes == "C7"
    assert sheet.print_title_rows == "$6:$6"
    text = " ".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value)
    assert "制表人：" in text
    assert "复核人：" in text


def test_error_list_holds_no_formula_although_a_key_looks_like_one(listed, tmp_path):
    _written(listed, tmp_path)
    sheet = openpyxl.load_workbook(tmp_path / "rectification" / MONTH / f"{NORTH}.en.xlsx").worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert any(str(cell.value).endswith(f"Person {FORMULA}") for cell in cells)
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}


def test_error_list_can_be_read_by_its_owner_alone(listed, tmp_path):
    _written(listed, tmp_path)
    folder = tmp_path / "rectification" / MONTH
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert folder.stat().st_mode & 0o077 == 0


def test_error_list_is_drawn_again_only_when_it_says_something_else(listed, tmp_path):
    _written(listed, tmp_path)
    path = tmp_path / "rectification" / MONTH / f"{NORTH}.zh.xlsx"
    first, data = path.stat().st_ino, path.read_bytes()
    _written(listed, tmp_path)
    assert path.stat().st_ino == first
    path.write_bytes(b"scribbled over")
    path.with_name("230602 notes.xlsx").write_bytes(b"a clerk's own")
    _written(listed, tmp_path)
    assert path.read_bytes() == data
    assert [altered.read_bytes() for altered in path.parent.glob("*.altered-*.xlsx")] == [b"scribbled over"]
    assert path.with_name("230602 notes.xlsx").read_bytes() == b"a clerk's own"
    _list(listed, "a6", "P6", "open")
    _written(listed, tmp_path)
    assert path.read_bytes() != data


def test_county_without_issues_has_no_error_list_and_loses_the_one_it_had(listed, tmp_path):
    _list(listed, "b1", "P9", "open", division=SOUTH)
    assert _written(listed, tmp_path) == 4
    with listed.connect() as connection:
        connection.execute("delete from quality.rectification where division = %s", (SOUTH,))
    assert _written(listed, tmp_path) == 2
    assert sorted(path.name for path in (tmp_path / "rectification" / MONTH).glob("*.xlsx")) == [
        f"{NORTH}.en.xlsx", f"{NORTH}.zh.xlsx",
    ]  # fmt: skip


def test_month_without_issues_has_no_error_lists(warehouse, tmp_path):
    assert _written(warehouse, tmp_path) == 0
