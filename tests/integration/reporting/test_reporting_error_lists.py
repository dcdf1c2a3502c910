"""A county's error list: what its workbook says, who can read it, and when it is drawn again."""

from __future__ import annotations

from datetime import date

import openpyxl
import pytest

from fundwatch.database.warehouse import Warehouse
from reporting.error_lists.writing import write_error_lists

MONTH, NORTH, SOUTH = "2024-06", "230602", "230603"
FORMULA = "=HYPERLINK(1)"


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


def _written(warehouse: Warehouse, folder) -> int:
    return write_error_lists(warehouse, home=folder, month=MONTH, site_version="v")


def _rows(path, sheet: int = 0) -> list[list]:
    book = openpyxl.load_workbook(path)
    return [[cell.value for cell in row] for row in book.worksheets[sheet].iter_rows(min_row=7)]


@pytest.mark.parametrize(("language", "wrong"), [("zh", "证件号码无效"), ("en", "Bad number")])
def test_error_list_says_what_is_wrong_where_and_until_when(listed, tmp_path, language, wrong):
    assert _written(listed, tmp_path) == 2
    rows = _rows(tmp_path / "rectification" / MONTH / f"{NORTH}.{language}.xlsx")
    first = rows[0]
    assert (first[1], first[7], first[9], first[10], first[11]) == ("a3", wrong, "AAC001=P3", "file-1", 7)
    assert first[3].date() == date(2024, 7, 15)
    assert [row[1] for row in rows[:3]] == ["a3", "a2", "a1"]
    assert rows[2][3] == "—"
    assert rows[3][1] is None


def test_error_list_keeps_what_is_waived_and_corrected_on_a_sheet_of_its_own(listed, tmp_path):
    _written(listed, tmp_path)
    rows = _rows(tmp_path / "rectification" / MONTH / f"{NORTH}.zh.xlsx", sheet=1)
    found = {row[1]: (row[2], row[12], row[13]) for row in rows[:2]}
    assert found["a4"] == ("豁免", "—", "法院文书")
    assert found["a5"][0] == "已整改"
    assert found["a5"][1].date() == date(2024, 6, 30)


def test_error_list_has_room_for_the_answer_and_the_signatures(listed, tmp_path):
    _written(listed, tmp_path)
    sheet = openpyxl.load_workbook(tmp_path / "rectification" / MONTH / f"{NORTH}.zh.xlsx").worksheets[0]
    assert [sheet.cell(6, column).value for column in (13, 14)] == ["处理结果", "情况说明"]
    assert sheet.freeze_panes == "D7"
    assert sheet.print_title_rows == "$6:$6"
    said = " ".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value)
    assert "制表人：" in said
    assert "复核人：" in said


def test_error_list_holds_no_formula_although_a_key_looks_like_one(listed, tmp_path):
    _written(listed, tmp_path)
    sheet = openpyxl.load_workbook(tmp_path / "rectification" / MONTH / f"{NORTH}.en.xlsx").worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert f"AAC001={FORMULA}" in [cell.value for cell in cells]
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
    assert [each.read_bytes() for each in path.parent.glob("*.altered-*.xlsx")] == [b"scribbled over"]
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
