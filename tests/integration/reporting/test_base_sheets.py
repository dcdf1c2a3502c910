"""Sheets of form B1: a county's workbook with what is to be looked into, a unit's sheets on demand."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from fundwatch.database.warehouse import Warehouse, open_warehouse
from fundwatch.errors import NotFound
from fundwatch.settings import Settings
from reporting.base_sheets.writing import write_county_workbooks, write_unit_sheets
from tests.integration.reporting.support import BASES, MONTH
from tests.support import Databases

COUNTY = "230601"
FLEXIBLE_COUNTY = "230602"  # whose exceptions are of flexible persons alone
ROWS = """
    insert into site.versions (site_version) values ('v1');
    insert into site.divisions (_site_version, _row, division, name_zh, name_en, level, parent) values
        ('v1', 1, '230601', '萨尔图区', 'Sartu', 'county', '230600'),
        ('v1', 2, '230602', '龙凤区', 'Longfeng', 'county', '230600');
    create table business_ledger.persons (person_id text, person_name text, row_key text,
        valid_from_batch text, valid_to_batch text);
    create table business_ledger.employers (employer_id text, employer_name text, tax_number text,
        row_key text, valid_from_batch text, valid_to_batch text);
    insert into business_ledger.employers values ('u', '=1+1', 'T1', 'u', '2024-05', null);
    insert into business_ledger.persons values ('p1', '王小明', 'p1', '2024-05', null);
    create table bases.bases_left_out (month text, reason text, landed_table text, row_key text, unit_id text,
        person_id text, scheme text, source_file_id text, source_row bigint);
    insert into bases.bases (month, division, scheme, wage_year, level, unit_id, person_id, base_method,
        wage, expected_base, applied_base, trueup_open, status) values
        ('2024-06', '230601', '110', '2023', 'unit', 'u', null, 'dual', 9, 26000, 15600, -0.02, 'differs'),
        ('2024-06', '230601', '110', '2023', 'person', 'u', 'p1', 'dual', null, null, 3000, null, 'no_rule'),
        ('2024-06', '230601', '110', '2022', 'unit', 'u', null, 'dual', null, null, null, null, 'no_rule');
    insert into bases.base_exceptions (month, exception, division, scheme, wage_year, unit_id, months,
        expected, found, amount, due_on) values
        ('2024-06', 'unit_base_low', '230601', '110', '2023', 'u', 2, '26000.00', '15600.00', 1664, null),
        ('2024-06', 'document_missing', '230601', null, '2023', 'u', 0, 'd', null, 0, '2024-03-31'),
        ('2024-06', 'flexible_below_ladder', '230602', '110', '2023', null, 2, '3000.00', '2000.00', 400,
            null),
        ('2024-06', 'not_declared', null, '110', '2023', 'w', 0, null, null, 0, null);
    insert into bases.unit_documents values
        ('2024-06', 'u', '2023', 'd', '财务决算报表', 'Final accounts', '2024-03-31', null)
"""


@pytest.fixture(scope="module")
def warehouse(databases: Databases, migrated: str, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A warehouse with the bases of one unit, and what is wrong with them."""
    home = tmp_path_factory.mktemp("sheets")
    warehouse = open_warehouse(Settings(home=home, database_url=databases.create(template=migrated)))
    with warehouse.connect() as connection:
        connection.execute(BASES)
        connection.execute(ROWS)
    return warehouse


def cells(path: Path, sheet: int) -> list[list[object]]:
    """Rows of a sheet, without cells that hold nothing."""
    page = openpyxl.load_workbook(path).worksheets[sheet]
    return [[cell for cell in row if cell is not None] for row in page.iter_rows(values_only=True)]


@pytest.mark.parametrize(
    ("language", "county", "low", "missing"),
    [
        ("zh", "萨尔图区", ["单位基数偏低", "企业职工基本养老保险"], ["材料未报", "财务决算报表"]),
        ("en", "Sartu", ["Unit base low", "Enterprise pension"], ["Document missing", "Final accounts"]),
    ],
)
def test_county_workbook_lists_what_is_to_be_looked_into(
    warehouse: Warehouse, tmp_path: Path, language: str, county: str, low: list[str], missing: list[str]
) -> None:
    written = write_county_workbooks(warehouse, home=tmp_path, month=MONTH, site_version="v1")
    folder = tmp_path / "bases" / MONTH
    assert written == 4
    assert {path.name for path in folder.iterdir()} == {
        f"{COUNTY}.zh.xlsx", f"{COUNTY}.en.xlsx", f"{FLEXIBLE_COUNTY}.zh.xlsx", f"{FLEXIBLE_COUNTY}.en.xlsx",
        "left-out.csv",
    }  # fmt: skip
    path = folder / f"{COUNTY}.{language}.xlsx"
    assert path.stat().st_mode & 0o777 == 0o600
    listed = cells(path, 0)
    assert f"{county} {COUNTY} {MONTH}" in str(listed[0])
    (line,) = [row for row in listed if low[0] in row]
    assert line == ["u", "2023", *low, "—", "—", "—", 2, 26000, 15600, 1664, "—"]
    (line,) = [row for row in listed if missing[0] in row]
    assert missing[1] in line


def test_county_workbook_lists_flexible_persons_where_no_unit_has_an_exception(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    write_county_workbooks(warehouse, home=tmp_path, month=MONTH, site_version="v1")
    path = tmp_path / "bases" / MONTH / f"{FLEXIBLE_COUNTY}.en.xlsx"
    (line,) = [row for row in cells(path, 0) if 400 in row]
    assert line[-5:-1] == [2, 3000, 2000, 400]
    assert len(openpyxl.load_workbook(path).worksheets) == 1


def test_workbook_of_a_county_without_exceptions_is_deleted(warehouse: Warehouse, tmp_path: Path) -> None:
    folder = tmp_path / "bases" / MONTH
    folder.mkdir(parents=True)
    (folder / "230699.zh.xlsx").touch()
    write_county_workbooks(warehouse, home=tmp_path, month=MONTH, site_version="v1")
    assert not (folder / "230699.zh.xlsx").exists()


def test_unit_sheets_begin_with_the_latest_base_year(warehouse: Warehouse, tmp_path: Path) -> None:
    with warehouse.connect() as connection:
        connection.execute(
            "insert into ops.runs (month, step, site_version, outcome)"
            " values (%s, 'reconcile', 'v1', 'done')",
            (MONTH,),
        )
    names, not_computed = write_unit_sheets(warehouse, unit="u", month=MONTH, folder=tmp_path)
    assert sorted(names) == ["B1-u.en.pdf", "B1-u.en.xlsx", "B1-u.zh.pdf", "B1-u.zh.xlsx"]
    assert not_computed == ["2023 110 p1: no_rule", "2022 110 u: no_rule"]
    book = openpyxl.load_workbook(tmp_path / "B1-u.zh.xlsx")
    assert book.sheetnames == ["u 2023", "u 2022"]
    assert any("=1+1" in str(cell) for row in cells(tmp_path / "B1-u.zh.xlsx", 0) for cell in row)
    with pytest.raises(NotFound):
        write_unit_sheets(warehouse, unit="nobody", month=MONTH, folder=tmp_path)


def test_sheets_of_units_whose_numbers_no_file_can_bear_keep_apart(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    written = set()
    for unit in ("a/b:1", "a:b/1"):
        with warehouse.connect() as connection:
            connection.execute(
                "insert into bases.bases"
                " select (jsonb_populate_record(b, jsonb_build_object('unit_id', %s::text))).*"
                " from bases.bases as b where b.unit_id = 'u'",
                (unit,),
            )
        names, _ = write_unit_sheets(warehouse, unit=unit, month=MONTH, folder=tmp_path)
        assert all(name.startswith("B1-a_b_1") for name in names)
        written |= set(names)
    assert {path.name for path in tmp_path.iterdir()} == written
    assert len(written) == 8
