"""Exports: several months at once, for Excel, and as typed Parquet; the plain CSV stays as it is."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import duckdb
import pyarrow as pa
import pytest
from pyarrow import parquet

from fundwatch.database.warehouse import Warehouse
from fundwatch.errors import NotFound
from reporting import exports
from reporting.export_files import write, write_for_excel, write_parquet
from tests.support import run_fundwatch

MEASURED = """
    insert into ops.runs (step, month, as_of, site_version, outcome) values
        ('measure', '2024-05', '2024-05-31', 'v', 'done'), ('measure', '2024-06', '2024-06-30', 'v', 'done');
    insert into quality.scorecard (month, division, table_name, metric, numerator, denominator, rate, target,
        status, grade, rule_version)
    select month, '230600', 'AC01', 'fill_rate', 1, 3, 0.33333333333333333333, 1, 'fail', null, '1'
    from (values ('2024-05'), ('2024-06')) as months (month);
    insert into quality.rectification (issue_id, month, division, table_name, rule_id, key, source_file_id,
        source_row, first_seen, issued_month, due_on, state, reason)
    values ('i', '2024-06', '230600', 'AC01', 'AC01-1', '=cmd', 'f', 17, '2024-06',
        '2024-06', '2024-08-15', 'open', '')
"""


@pytest.fixture
def measured(warehouse: Warehouse) -> Warehouse:
    """A warehouse with two measured months of one rate, and one issue."""
    with warehouse.connect() as connection:
        connection.execute(MEASURED)
    return warehouse


def typed(warehouse: Warehouse, what: str, *months: str) -> pa.Table:
    target = io.BytesIO()
    rows = exports.read_months(warehouse, what, months=months)
    write_parquet(rows, kinds=exports.kinds_of(warehouse, what), to=target)
    target.seek(0)
    return parquet.read_table(target)


def test_parquet_has_decimals_whole_numbers_and_days(measured: Warehouse) -> None:
    issues = typed(measured, "rectification", "2024-06")
    assert issues.column("due_on").to_pylist() == [date(2024, 8, 15)]
    assert issues.column("source_row").to_pylist() == [17]
    assert issues.schema.field("corrected_on").type == pa.date32()
    rates = typed(measured, "scorecard", "2024-05", "2024-06")
    assert rates.column("rate").to_pylist() == [Decimal("0.33333333333333333333")] * 2
    assert rates.column("numerator").to_pylist() == [1, 1]
    assert rates.column("month").to_pylist() == ["2024-05", "2024-06"]


def test_parquet_is_read_by_a_second_library(measured: Warehouse, tmp_path) -> None:
    path = tmp_path / "rates.parquet"
    with path.open("wb") as target:
        rows = exports.read(measured, "scorecard", month="2024-06")
        assert write_parquet(rows, kinds=exports.kinds_of(measured, "scorecard"), to=target) == 1
    sums = duckdb.sql(f"select sum(numerator), typeof(any_value(rate)) from '{path}'").fetchall()
    assert sums == [(Decimal(1), "DECIMAL(38,20)")]


def test_parquet_of_no_rows_keeps_the_types(measured: Warehouse) -> None:
    none = typed(measured, "rectification", "2024-05")
    assert (none.num_rows, none.schema.field("due_on").type) == (0, pa.date32())


def test_plain_csv_is_as_it_was(measured: Warehouse) -> None:
    target = io.BytesIO()
    columns = exports.EXPORTS["rectification"].columns
    write(exports.read(measured, "rectification", month="2024-06"), columns=columns, as_="csv", to=target)
    assert target.getvalue().decode().splitlines()[1] == (
        "i,2024-06,230600,AC01,AC01-1,=cmd,f,17,2024-06,2024-08-15,open,,"
    )


def test_csv_for_excel_has_a_bom_and_keeps_texts_texts(measured: Warehouse) -> None:
    target = io.BytesIO()
    write_for_excel(
        iter([("230602", "=1+1", "230602198001011234", Decimal("-5.25"))]), columns=tuple("abcd"), to=target
    )
    assert target.getvalue() == (b"\xef\xbb\xbfa,b,c,d\r\n230602,'=1+1,'230602198001011234,-5.25\r\n")


def test_export_of_months_needs_every_one_of_them(measured: Warehouse) -> None:
    with pytest.raises(NotFound, match="2024-04"):
        next(exports.read_months(measured, "scorecard", months=("2024-04", "2024-05")))


def test_export_command_writes_several_months_under_one_header(measured: Warehouse, settings) -> None:
    done = run_fundwatch("export", "scorecard", "--months", "2024-05..2024-06", "--excel", settings=settings)
    lines = done.stdout.decode().splitlines()
    assert [line[:8] for line in lines] == ["\ufeffmonth,d", "2024-05,", "2024-06,"]


@pytest.mark.parametrize("options", [(), ("--month", "2024-06", "--months", "2024-05..2024-06"),
                                     ("--month", "2024-06", "--format", "json", "--excel")])  # fmt: skip
def test_export_command_refuses_what_it_cannot_do(measured: Warehouse, settings, options) -> None:
    assert run_fundwatch("export", "scorecard", *options, settings=settings, check=False).returncode == 2
