"""The production extract from a real MariaDB server."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from expectations.sql import amount
from fundwatch.errors import ProductionUnavailable
from fundwatch.settings import Settings
from ingestion import land
from ingestion.production.changes.checksums import Checksums
from ingestion.production.changes.source_checksums import source_checksums_of
from ingestion.production.source.connect import open_source
from ingestion.production.source.row_stream import RowStream
from tests.integration.ingestion.support import rows_of, write_site

pytestmark = pytest.mark.servers

CREATE = """
create table ac43 (
    aaz223 bigint primary key, aae003 int, aae180 decimal(16,2), aae020 double, aae078 tinyint(1),
    aab191 date, aac001 char(6), aae140 varbinary(10), aae036 datetime
)
"""
ROWS = """
insert into ac43 values
(1, 202405, 10.50, 1.5, 1, '2024-05-02', '电\\t', 'abc', '2024-05-31 00:00:00'),
(2, 202406, 8000.00, 1e-7, 0, null, '', null, '2024-05-31 08:30:00'),
(3, null, null, 30, null, '2024-06-01', 'A', 'x', null)
"""
FIELDS = "aaz223, aae003, aae180, aae020, aae078, aab191, aac001, aae140, aae036"


@pytest.fixture
def core(mariadb: str) -> sa.Connection:
    engine = sa.create_engine(mariadb)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("drop table if exists ac43")
        connection.exec_driver_sql(CREATE)
        connection.exec_driver_sql(ROWS)
        yield connection
    engine.dispose()


@pytest.fixture
def live(mariadb: str, settings: Settings) -> Settings:
    write_site(settings)
    return replace(settings, production_url=mariadb)


def landed(warehouse, month: str) -> list[tuple]:
    return rows_of(
        warehouse,
        f"select {FIELDS} from landing.production__ac43 where _valid_from <= %s"
        " and (_valid_to is null or _valid_to > %s) order by aaz223", month, month,
    )  # fmt: skip


def compared(warehouse, settings: Settings, month: str, *, verify: bool | None) -> str:
    summary = land(warehouse, settings, month=month, feeds=["production"], verify=verify)
    return next(table.compared for table in summary.tables if table.table == "AC43")


def test_values_land_as_the_same_text_as_from_other_engines(core, live, warehouse):
    assert compared(warehouse, live, "2024-05", verify=None) == "everything"
    assert landed(warehouse, "2024-05") == [
        ("1", "202405", "10.50", "1.5", "1", "2024-05-02", "电\t", "abc", "2024-05-31"),
        ("2", "202406", "8000", "0.0000001", "0", None, "", None, "2024-05-31 08:30:00"),
        ("3", None, None, "30", None, "2024-06-01", "A", "x", None),
    ]


def test_changes_told_by_aae036_are_taken_and_silent_ones_found_by_the_checksum(core, live, warehouse):
    compared(warehouse, live, "2024-05", verify=None)
    core.exec_driver_sql("update ac43 set aae180 = 11, aae036 = '2024-06-02 09:00:00' where aaz223 = 1")
    assert compared(warehouse, live, "2024-06", verify=False) == "changes"
    assert landed(warehouse, "2024-06")[0][2] == "11"
    core.exec_driver_sql("update ac43 set aae180 = 12 where aaz223 = 2")
    assert compared(warehouse, live, "2024-06", verify=False) == "changes"
    assert landed(warehouse, "2024-06")[1][2] == "8000"
    assert compared(warehouse, live, "2024-06", verify=True) == "checksum"
    assert landed(warehouse, "2024-06")[1][2] == "12"
    core.exec_driver_sql("delete from ac43 where aaz223 = 3")
    assert compared(warehouse, live, "2024-06", verify=False) == "checksum", "the row count tells"
    assert [row[0] for row in landed(warehouse, "2024-06")] == ["1", "2"]
    assert len(landed(warehouse, "2024-05")) == 3


def test_everything_is_read_as_of_one_moment(core, mariadb):
    with open_source(mariadb, renamed={}) as source:
        core.exec_driver_sql("delete from ac43")
        table = source.tables["AC43"]
        assert source.count(table) == [(None, 3)]
        assert sum(len(batch) for batch in source.rows(table, ordered=True)) == 3


def test_server_that_goes_away_is_one_line(core, mariadb):
    with open_source(mariadb, renamed={}) as source:
        reader = source.rows(source.tables["AC43"], ordered=True)
        core.exec_driver_sql(
            "select concat('kill ', id) into @kill from information_schema.processlist"
            " where id <> connection_id() and db = 'core' and command = 'Sleep' limit 1"
        )
        core.exec_driver_sql("execute immediate @kill")
        with pytest.raises(ProductionUnavailable) as caught:
            list(reader)
    assert "\n" not in str(caught.value)


AMOUNTS = ("-1234567.89", "829.92", "3000.50", "123456.78", "0.00")


@pytest.mark.parametrize(
    "kind", ["decimal(16,4)", "double", "float", "varchar(20)", "decimal(20,2) zerofill"]
)
def test_amount_lands_by_its_value_whatever_type_it_has(core, live, warehouse, kind):
    amounts = [amount for amount in AMOUNTS if "zerofill" not in kind or amount[0] != "-"]
    amounts = amounts[1:] if kind == "float" else amounts
    values = ", ".join(f"({number}, '{amount}')" for number, amount in enumerate(amounts))
    core.exec_driver_sql("drop table if exists ac82")
    core.exec_driver_sql(f"create table ac82 (aaz220 int primary key, aae019 {kind})")
    core.exec_driver_sql(f"insert into ac82 values {values}")
    land(warehouse, live, month="2024-05", feeds=["production"])
    core.exec_driver_sql("drop table ac82")
    read = f"select {amount('aae019')}::numeric(18, 2)::text from landing.production__ac82 order by _row"
    assert [text for (text,) in rows_of(warehouse, read)] == amounts


def test_table_the_user_may_not_read_is_named(core, live, warehouse):
    core.exec_driver_sql("create table if not exists ac02 (aaz159 varchar(9))")
    core.exec_driver_sql("create or replace user reader identified by 'x'")
    core.exec_driver_sql("grant select on core.ac43 to reader")
    core.exec_driver_sql("grant insert on core.ac02 to reader")
    own = sa.make_url(live.production_url).set(username="reader", password="x")  # noqa: S106 (of a test)
    reader = replace(live, production_url=own.render_as_string(hide_password=False))
    with pytest.raises(ProductionUnavailable, match=r"let us read the table ac02"):
        land(warehouse, reader, month="2024-05", feeds=["production"])
    core.exec_driver_sql("drop user reader")
    core.exec_driver_sql("drop table ac02")


SILENT = {
    "one character": "update ac02 set aac001 = 'p2' where aaz159 = '1'",
    "case alone": "update ac02 set aac001 = 'P1' where aaz159 = '1'",
    "a space at the end": "update ac02 set aac001 = 'p1 ' where aaz159 = '1'",
    "null to empty": "update ac02 set aab001 = '' where aaz159 = '2'",
    "empty to null": "update ac02 set aae140 = null where aaz159 = '3'",
    "two columns swapped": "update ac02 set aac001 = 'e1', aab001 = 'p1' where aaz159 = '1'",
    "two rows exchanged": "update ac02 set aac001 = if(aaz159 = '1', 'p3', 'p1') where aaz159 in ('1', '3')",
    "a character moved to the next column": (
        "update ac02 set aac001 = 'p', aae140 = '1110' where aaz159 = '1'"
    ),
}


@pytest.fixture
def enrolments(mariadb: str) -> sa.Connection:
    """A table all of whose types are certain: its checksum is made at the source."""
    engine = sa.create_engine(mariadb)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("drop table if exists ac43, ac02")
        connection.exec_driver_sql(
            "create table ac02 (aaz159 varchar(9), aac001 varchar(9), aae140 text, aab001 varchar(9)"
            " character set gbk, aac049 int, aac030 date, aab301 decimal(8,2), aae036 datetime(3))"
        )
        connection.exec_driver_sql(
            "insert into ac02 values ('1', 'p1', '110', 'e1', 202405, '2024-05-01', 7,"
            " '2024-05-01 00:00:00'),"
            " ('2', 'p2', '电\\t', null, null, null, 7.5, '2024-05-01 01:02:03'),"
            " ('3', 'p3', '', 'e3', -1, '2024-05-01', null, '2024-05-01 01:02:03.5'),"
            " ('a', 'p4', '110', 'e1', 0, '2024-05-01', 0, null),"
            " ('a', 'p4', '310', '厂', 0, '2024-05-01', 0, null),"
            " ('A', 'p4', '310', 'e1', 0, '2024-05-01', 0, '2024-05-03')"
        )
        yield connection
        connection.exec_driver_sql("drop table ac02")
    engine.dispose()


def enrolments_in_force(warehouse) -> list[tuple]:
    return rows_of(
        warehouse,
        "select aaz159, aac001, aae140, aab001, aac049, aac030, aab301 from landing.production__ac02"
        " where _valid_to is null order by 1, 2, 3",
    )


def ac02(warehouse, settings: Settings, month: str, *, verify: bool | None) -> tuple[str, int]:
    summary = land(warehouse, settings, month=month, feeds=["production"], verify=verify)
    return next((table.compared, table.landed) for table in summary.tables if table.table == "AC02")


@pytest.mark.parametrize("what", SILENT)
def test_sums_made_at_the_source_find_a_silent_edit_and_without_them_nobody_does(
    enrolments, live, warehouse, what
):
    ac02(warehouse, live, "2024-05", verify=None)
    before = enrolments_in_force(warehouse)
    enrolments.exec_driver_sql(SILENT[what])
    assert ac02(warehouse, live, "2024-05", verify=False) == ("changes", 0)
    assert enrolments_in_force(warehouse) == before
    compared, landed_rows = ac02(warehouse, live, "2024-06", verify=True)
    assert compared == "checksum"
    assert landed_rows in (1, 2)
    assert enrolments_in_force(warehouse) != before
    assert ac02(warehouse, live, "2024-06", verify=True) == ("checksum", 0)


def test_landed_rows_are_hashed_again_as_the_source_sums_them(enrolments, mariadb):
    zone = ZoneInfo("Asia/Shanghai")
    with open_source(mariadb, renamed={}, zone=zone) as source:
        table = source.tables["AC02"]
        sums = source_checksums_of(source, table, zone=zone)
        at_source, here = sums.read(()), Checksums(hasher=sums.hash)
        for batch in RowStream(source, table, zone).read(ordered=True):
            here.add(batch.buckets, batch.lines)
        assert here.sums == at_source.sums
        assert len(here.sums) == 5
