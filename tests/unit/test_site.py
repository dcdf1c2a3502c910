"""The site's parameters: every cell holds what its column is for, or one line says which does not."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from fundwatch.errors import SiteIncomplete
from fundwatch.settings import EXAMPLE_SITE
from fundwatch.site.columns import DECLARED, FILES
from fundwatch.site.kinds import KINDS, CellInvalidError, read_cell
from fundwatch.site.loading import read_site

COLUMNS = [(file, column) for file, columns in FILES.items() for column in columns]
HARMLESS = {"code": {"1e5", "NaN"}}
NASTY = (
    "../../pwned", "a/../b", "/etc/passwd", "230602'; drop table x; --", '"', "<b onload=alert(1)>", "=1+1",
    "-2+3+cmd|' /C calc'!A0", "{{ var('x') }}", "1e5", "NaN", "１，０００", "12 34", "\x1b[31m", "x" * 300,
)  # fmt: skip
LONGEST = {"text": 200, "key": 1000}
CONTROL = "\x00\x01\x07\x1b\u202e\u200b\ufeff\ud83d"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXAMPLE_SITE, tmp_path / "site"))


def _put(site: Path, file: str, column: str, value: str) -> int:
    """Write a value into the file's first row, made from nothing where it has none; return its line."""
    path = site / f"{file}.csv"
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    good = {"account_no": "1", "valid_from": "2020-01", "day": "2024-01-01"}
    rows = rows or [{name: good.get(name, "") for name in FILES[file]}]
    rows[0][column] = value
    with path.open("w", encoding="utf-8", errors="surrogatepass", newline="") as handle:
        writer = csv.DictWriter(handle, FILES[file])
        writer.writeheader()
        writer.writerows(rows)
    return 2


def test_example_site_holds_what_its_columns_are_for():
    tables = read_site(EXAMPLE_SITE)
    assert set(tables) == set(FILES)
    assert len(tables["retirement_ages"]) > 200


def _is_taken(value: str, declared: str) -> bool:
    try:
        read_cell(value, declared)
    except CellInvalidError:
        return False
    return True


@pytest.mark.parametrize(("file", "column"), COLUMNS)
def test_cell_holds_what_its_column_is_for_and_nothing_else(file: str, column: str):
    declared = DECLARED[file][column]
    kind = declared.rstrip("!")
    harmless = {
        value for value in NASTY if value in HARMLESS.get(kind, ()) or len(value) <= LONGEST.get(kind, 0)
    }
    assert {value for value in NASTY if _is_taken(value, declared)} == harmless


@pytest.mark.parametrize(("file", "column"), COLUMNS)
def test_cell_may_be_blank_where_a_value_may_be_unknown(file: str, column: str):
    declared = DECLARED[file][column]
    for blank in ("", "   ", "\u3000\u00a0", "N/A", "NULL", " \t\r\n"):
        assert _is_taken(blank, declared) is not declared.endswith("!")


@pytest.mark.parametrize(("file", "column"), COLUMNS)
def test_cell_that_does_not_hold_what_its_column_is_for_is_named(site: Path, file: str, column: str):
    line = _put(site, file, column, "\x00" if DECLARED[file][column] == "key" else "=" * 300)
    if DECLARED[file][column] == "text":
        line = _put(site, file, column, "x" * 201)
    with pytest.raises(SiteIncomplete) as refused:
        read_site(site)
    named = f"line {line} of the site file {file}.csv in {site}, column {column}: not "
    assert str(refused.value).startswith(named)


@pytest.mark.parametrize("column", ["name_zh", "name_en"])
def test_name_loses_control_characters(site: Path, column: str):
    _put(site, "divisions", column, f"大\x07庆\n{CONTROL[1:-1]}市")
    assert read_site(site)["divisions"][0][FILES["divisions"].index(column)] == "大庆 市"


@pytest.mark.parametrize(
    ("file", "column", "written", "read"),
    [
        ("divisions", "division", "２３０６９９", "230699"),
        ("targets", "scheme", " 110\u200b ", "110"),
        ("accounts", "opened_on", "20150105", "20150105"),
        ("thresholds", "valid_to", "9999-12", "9999-12"),
    ],
)
def test_code_is_read_as_it_is_compared(site: Path, file: str, column: str, written: str, read: str):
    _put(site, file, column, written)
    assert read_site(site)[file][0][FILES[file].index(column)] == read


def test_file_that_is_no_text_is_named(site: Path):
    (site / "divisions.csv").write_bytes("division,name_zh,大庆".encode("gb18030"))
    with pytest.raises(SiteIncomplete, match=r"divisions\.csv .* cannot be read"):
        read_site(site)


def test_line_with_more_cells_than_the_header_is_named_and_a_blank_one_is_none(site: Path):
    path = site / "account_whitelist.csv"
    path.write_text("account_no,reason,valid_from,valid_to\n\n,,,\n1,why,2020-01,,\n", encoding="utf-8")
    assert len(read_site(site)["account_whitelist"]) == 1
    path.write_text(
        "account_no,reason,valid_from,valid_to\n1,why,because,2020-01,\n2,,,,x\n", encoding="utf-8"
    )
    with pytest.raises(SiteIncomplete, match=r"line 2 .*column valid_from: not a month"):
        read_site(site)
    path.write_text("account_no,reason,valid_from,valid_to\n1,,,\n2,,,,x\n", encoding="utf-8")
    with pytest.raises(SiteIncomplete, match=r"line 3 .* more cells"):
        read_site(site)


def test_column_named_twice_is_refused(site: Path):
    path = site / "account_whitelist.csv"
    path.write_text("account_no,reason,valid_from,valid_to,reason\n", encoding="utf-8")
    with pytest.raises(SiteIncomplete, match="reason twice"):
        read_site(site)


def test_every_column_has_a_kind_there_is():
    assert {kind.rstrip("!") for columns in DECLARED.values() for kind in columns.values()} == set(KINDS)
