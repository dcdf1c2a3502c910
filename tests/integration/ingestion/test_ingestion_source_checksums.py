"""Checksums made by a PostgreSQL source: what they find, and that what is copied is what we would write."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from zoneinfo import ZoneInfo

import psycopg
import pytest

from fundwatch.database.warehouse import Warehouse
from fundwatch.settings import Settings
from ingestion.production import land_production
from ingestion.production.changes.source_checksums import source_checksums_of
from ingestion.production.source.connect import open_source
from ingestion.production.source.row_stream import RowStream
from ingestion.site_for_landing import read_landing_site
from ingestion.summary import TableLanded
from tests.integration.ingestion.support import rows_of, write_site

ZONE = ZoneInfo("Asia/Shanghai")
TYPED = """
create table ac43 (
    aaz223 bigint, aac001 char(6), aae140 text, aae003 integer, aae180 numeric(16,2), aae020 numeric,
    aae022 numeric(8,0), aae078 boolean, aab191 date, aab001 varchar(20), aae041 timestamp, aae036 timestamptz
)
"""
VALUES = """
insert into ac43 values
(1, 'p1', E'电\\t\\\\N\\n\\r', 202405, 10.50, 1.10, 7, true, '2024-05-02', '', '2024-05-02 00:00',
    '2024-05-31T16:00Z'),
(2, 'p23456', '\\N', -1, 8000.00, 30.000, 0, false, null, E'\\x1e\\x1f', '2024-05-02 01:02:03',
    '1988-07-01T00:00Z'),
(2, null, '', null, 0.00, 'NaN', -5, null, '0044-03-15', null, '2024-05-02 01:02:03.5',
    '2024-01-01T00:00:00.000001Z'),
(null, '', null, 0, -0.01, 1e25, null, null, null, 'x', null, null)
"""
SILENT = {
    "one character": "update ac43 set aac001 = 'p2' where aaz223 = '1'",
    "null to empty": "update ac43 set aab001 = '' where aaz223 = '2'",
    "empty to null": "update ac43 set aae140 = null where aaz223 = '3'",
    "two columns swapped": "update ac43 set aac001 = aae140, aae140 = aac001 where aaz223 = '1'",
    "two rows exchanged": (
        "update ac43 as one set aac001 = other.aac001 from ac43 as other"
        " where one.aaz223 in ('1', '3') and other.aaz223 in ('1', '3') and one.aaz223 <> other.aaz223"
    ),
    "a character moved to the next column": (
        "update ac43 set aac001 = 'p', aab001 = '1e1' where aaz223 = '1'"
    ),
    "the order of a repeated key": (
        "with gone as (delete from ac43 where aaz223 = '4' and aae140 = '110' returning *)"
        " insert into ac43 select * from gone"
    ),
    "one row gone, one like another come": (
        "with gone as (delete from ac43 where aaz223 = '2')"
        " insert into ac43 select * from ac43 where aaz223 = '1'"
    ),
}  # fmt: skip


@pytest.fixture
def core(databases, settings: Settings) -> Settings:
    """Settings of a PostgreSQL source with a few contributions, one key repeated."""
    write_site(settings)
    url = databases.create()
    with psycopg.connect(url) as connection:
        connection.execute(
            "create table ac43 (aaz223 text, aac001 text, aab001 text, aae140 text, aae036 text)"
        )
        connection.execute(
            "insert into ac43 values ('1', 'p1', 'e1', '110', '20240501'),"
            " ('2', 'p2', null, '110', '20240502'),"
            " ('3', 'p3', 'e3', '', '20240503'), ('4', 'p4', 'e4', '110', '20240503'),"
            " ('4', 'p4', 'e4', '310', '20240503'), ('5', 'p5', 'e5', '110', '20240504')"
        )
    return replace(settings, production_url=url)


def change(core: Settings, *statements: str) -> None:
    with psycopg.connect(core.production_url) as connection:
        for statement in statements:
            connection.execute(statement)


def extract(warehouse: Warehouse, core: Settings, month: str, *, verify: bool | None) -> TableLanded:
    site = read_landing_site(warehouse, core)
    landed = land_production(warehouse, core, month=month, site=site, verify=verify)
    return next(table for table in landed if table.table == "AC43")


def in_force(warehouse: Warehouse) -> list[tuple]:
    return rows_of(
        warehouse,
        "select aaz223, aac001, aab001, aae140, aae036 from landing.production__ac43"
        " where _valid_to is null order by aaz223, _file_id <> '', _row",
    )


def at_source(core: Settings) -> list[tuple]:
    with psycopg.connect(core.production_url) as connection:
        return connection.execute("select * from ac43 order by aaz223, ctid").fetchall()


def test_copied_lines_equal_those_read_through_the_driver(databases):
    url = databases.create()
    with psycopg.connect(url) as connection:
        connection.execute(TYPED)
        connection.execute(VALUES)
        connection.execute("alter database " + connection.info.dbname + " set datestyle = 'German'")
        connection.execute("alter database " + connection.info.dbname + " set timezone = 'America/New_York'")
    with open_source(url, renamed={}, zone=ZONE) as source:
        table = source.tables["AC43"]
        sums = source_checksums_of(source, table, zone=ZONE)
        rendered = list(RowStream(source, table, ZONE).read(ordered=True))
        copied = list(RowStream(source, table, ZONE, sums.copier).read(ordered=True))
        assert [batch.lines for batch in copied] == [batch.lines for batch in rendered]
        assert [batch.buckets for batch in copied] == [batch.buckets for batch in rendered]
        ((block, rows),) = sums.copier.blocks(first=7)
        assert (block.decode(), rows) == (rendered[0].numbered(7), 4)
        again = sums.read(repeated={"2"})
        lines, occurrences = rendered[0].lines, [1, 1, 2, 1]
        hashed = dict.fromkeys(again.sums, 0)
        for bucket, number in zip(rendered[0].buckets, sums.hash(lines, occurrences), strict=True):
            hashed[bucket] += number
        assert hashed == again.sums, "what landed is hashed again as it was"


@pytest.mark.parametrize("kind", ["double precision", "real", "bytea", "time", "uuid", "json"])
def test_table_is_read_through_the_driver_when_the_text_of_a_type_is_not_certain(databases, kind):
    url = databases.create()
    with psycopg.connect(url) as connection:
        connection.execute(f"create table ac50 (aac001 text, aae140 text, aae240 {kind})")
    with open_source(url, renamed={}, zone=ZONE) as source:
        table = source.tables["AC50"]
        assert source_checksums_of(source, table, zone=ZONE) is None
        assert source_checksums_of(source, replace(table, columns={"AAC001": "aac001"}), zone=ZONE) is None


@pytest.mark.parametrize("what", SILENT)
def test_checksum_alone_finds_a_silent_edit(warehouse, core, what):
    extract(warehouse, core, "2024-05", verify=None)
    change(core, SILENT[what])
    before = in_force(warehouse)
    missed = extract(warehouse, core, "2024-05", verify=False)
    assert (missed.compared, missed.landed, in_force(warehouse)) == ("changes", 0, before)
    landed = extract(warehouse, core, "2024-06", verify=None)
    assert landed.compared == "checksum"
    assert landed.landed
    assert in_force(warehouse) == at_source(core)
    again = extract(warehouse, core, "2024-06", verify=True)
    assert (again.compared, again.landed, again.closed) == ("checksum", 0, 0)


def test_no_verify_reads_what_aae036_shows_and_compares_when_the_count_differs(warehouse, core):
    extract(warehouse, core, "2024-05", verify=None)
    change(
        core,
        "update ac43 set aac001 = 'q1', aae036 = '20240601' where aaz223 = '1'",
        "update ac43 set aac001 = 'q2' where aaz223 = '2'",
    )
    by_changes = extract(warehouse, core, "2024-06", verify=False)
    assert (by_changes.compared, by_changes.landed) == ("changes", 1)
    change(core, "delete from ac43 where aaz223 = '3'")
    counted = extract(warehouse, core, "2024-07", verify=False)
    assert (counted.compared, counted.landed, counted.closed) == ("checksum", 1, 2)
    assert in_force(warehouse) == at_source(core)


def test_checksum_reads_a_changed_table_once(warehouse, core, monkeypatch):
    from ingestion.production.changes.source_checksums import PostgresChecksums

    extract(warehouse, core, "2024-05", verify=None)
    change(core, "update ac43 set aac001 = 'q1', aae036 = '20240601' where aaz223 = '1'")
    asked = []
    read = PostgresChecksums.read
    monkeypatch.setattr(
        PostgresChecksums, "read", lambda sums, repeated: asked.append(1) or read(sums, repeated)
    )
    monkeypatch.setattr("ingestion.production.incremental.TableReader.load_buckets", None)
    changed = extract(warehouse, core, "2024-06", verify=True)
    assert (changed.compared, changed.landed, len(asked)) == ("checksum", 1, 1)
    assert in_force(warehouse) == at_source(core)


def test_everything_is_read_as_of_one_moment(core):
    with open_source(core.production_url, renamed={}, zone=ZONE) as source:
        table = source.tables["AC43"]
        sums = source_checksums_of(source, table, zone=ZONE)
        before = sums.read({"4"}).sums
        change(core, "delete from ac43 where aaz223 = '1'")
        assert source.count(table) == [(None, 6)]
        assert sums.read({"4"}).sums == before
        assert sum(rows for _, rows in sums.copier.blocks(first=1)) == 6


def test_second_worker_waits_for_the_first_instead_of_reading_the_same(warehouse, core, monkeypatch):
    opened = []

    def counted(*arguments: object, **options: object) -> object:
        opened.append(1)
        return open_source(*arguments, **options)

    monkeypatch.setattr("ingestion.production.extract.open_source", counted)
    with ThreadPoolExecutor(2) as pool:
        landed = list(pool.map(lambda _: extract(warehouse, core, "2024-05", verify=None).landed, range(2)))
    assert sorted(landed) == [0, 6]
    assert len(opened) == 2, "nobody was overtaken and read again"
