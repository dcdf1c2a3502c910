"""The SQL for each engine: how a consistent read begins, and statements in its own words."""

from __future__ import annotations

from unittest.mock import Mock
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mysql, oracle, postgresql, sqlite

from fundwatch.catalogue import TABLES
from ingestion.production.source.database import SourceTable
from ingestion.production.source.dialects import COMPARES_KEYS, POSITIONS, begin, is_older

ZONE = ZoneInfo("Asia/Shanghai")
DIALECTS = {
    "oracle": oracle.dialect(),
    "mariadb": mysql.dialect(is_mariadb=True),
    "postgresql": postgresql.dialect(),
    "sqlite": sqlite.dialect(),
}


def source_table(dialect: str, table: str = "AC50") -> SourceTable:
    names = [column.name for column in TABLES[table].columns]
    return SourceTable(
        table=TABLES[table],
        name=table if dialect == "oracle" else table.lower(),
        columns={name: name if dialect == "oracle" else name.lower() for name in names},
        types={name: sa.String(20) for name in names},
        position=POSITIONS.get(dialect),
    )


def compiled(statement: sa.ClauseElement, dialect: str) -> str:
    bound = statement.compile(dialect=DIALECTS[dialect], compile_kwargs={"literal_binds": True})
    return " ".join(str(bound).split())


def test_oracle_reads_upper_case_names_in_key_order_without_limit():
    text = compiled(source_table("oracle").select(ordered=True), "oracle")
    assert text.startswith('SELECT "AAC001", "AAE140", "AAE240", "AAE201", "AAE036",')
    assert text.endswith('ORDER BY "AAC001", "AAE140", rowid')
    assert "LIMIT" not in text
    assert "FETCH" not in text


def test_oracle_takes_rows_handled_since_and_all_rows_of_their_keys():
    table = source_table("oracle")
    older = is_older(table.column("AAE036"), sa.String(8), "20240630", dialect="oracle", zone=ZONE)
    touched = sa.and_(table.column("AAE036").is_not(None), sa.not_(older))
    text = compiled(table.select(ordered=True, where=table.same_keys(touched)), "oracle")
    assert "IN (SELECT" in text
    assert "REGEXP_LIKE" in text
    assert "= ''" not in text, "on Oracle an empty text is null: nothing is equal to it"


@pytest.mark.parametrize(
    ("dialect", "statement"),
    [
        ("oracle", "set transaction read only"),
        ("mysql", "start transaction with consistent snapshot, read only"),
        ("mariadb", "start transaction with consistent snapshot, read only"),
        ("sqlite", "begin"),
    ],
)
def test_reading_begins_with_one_view_of_one_moment(dialect, statement):
    connection = Mock()
    connection.dialect.name = dialect
    connection.dialect.get_isolation_level_values.return_value = ["READ COMMITTED", "REPEATABLE READ"]
    begin(connection)
    connection.exec_driver_sql.assert_called_once_with(statement)
    levels = [call.kwargs.get("isolation_level") for call in connection.execution_options.call_args_list]
    assert levels == (["REPEATABLE READ"] if dialect in ("mysql", "mariadb") else [])


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_engine_can_say_which_rows_are_certainly_old(dialect):
    column = source_table(dialect).column("AAE036")
    older = is_older(column, sa.String(14), "20240630", dialect=dialect, zone=ZONE)
    assert older is not None
    assert "20240630" in compiled(older, dialect)
    assert dialect in COMPARES_KEYS


@pytest.mark.parametrize(
    ("kind", "watermark", "expected"),
    [
        (sa.Date(), "2024-06-30", "'2024-06-30'"),
        (sa.DateTime(), "2024-06-30 08:00:00", "'2024-06-30 08:00:00'"),
        (sa.Numeric(8, 0), "20240630", "aae036 < 20240630 AND aae036 >= 10000000"),
        (sa.Integer(), "20240630", "aae036 < 20240630 AND aae036 >= 10000000"),
    ],
)
def test_dates_and_numbers_are_compared_as_what_they_are(kind, watermark, expected):
    column = sa.column("aae036", kind)
    older = is_older(column, kind, watermark, dialect="postgresql", zone=ZONE)
    assert expected in compiled(older, "postgresql")


@pytest.mark.parametrize(
    ("kind", "watermark"), [(sa.Integer(), "2024-06-30"), (sa.LargeBinary(), "20240630")]
)
def test_nothing_is_certainly_old_where_the_values_have_no_order(kind, watermark):
    assert is_older(sa.column("aae036"), kind, watermark, dialect="postgresql", zone=ZONE) is None
