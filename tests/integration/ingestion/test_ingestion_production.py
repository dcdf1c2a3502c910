"""The production extract: what lands, what a second read changes, what an unreadable source leaves."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from alerts.conditions import conditions
from alerts.texts import Names, texts_of
from cli import app
from fundwatch.actors import current_user
from fundwatch.calendar import extracts
from fundwatch.catalogue import TABLES
from fundwatch.database.warehouse import Warehouse
from fundwatch.errors import ProductionUnavailable, SignOffRefused
from fundwatch.settings import Settings
from fundwatch.site import load_site
from ingestion import land
from ingestion.files.operations.explain import explain
from ingestion.files.operations.retry import sign_release
from ingestion.summary import TableLanded
from pipeline import steps
from tests.integration.ingestion.support import rows_of, write_production, write_site

PERSONS = "AAC001 AAC003 AAB301 AAE036"


@pytest.fixture
def site(settings: Settings) -> None:
    write_site(settings)


def current(warehouse: Warehouse, month: str, columns: str = "aac001, aac003") -> list[tuple]:
    return rows_of(
        warehouse,
        f"select {columns} from landing.production__ac01 where _valid_from <= %s"
        " and (_valid_to is null or _valid_to > %s) order by aac001, _row",
        month, month,
    )  # fmt: skip


def extract(warehouse: Warehouse, settings: Settings, month: str, *people: tuple[str, str]) -> dict:
    rows = [(person, name, "230602", "20240101") for person, name in people]
    write_production(settings, month, {"AC01": (PERSONS, rows)})
    summary = land(warehouse, settings, month=month, feeds=["production"])
    return {table.table: table for table in summary.tables}


@pytest.mark.usefixtures("site")
def test_extract_names_the_tables_and_required_columns_the_source_lacks(warehouse, settings):
    first = extract(warehouse, settings, "2024-05", ("p1", "甲"))
    again = extract(warehouse, settings, "2024-05", ("p1", "甲"))
    for tables in (first, again):
        assert tables["AC43"].missing == ("AC43",)
        lacking = ("AAC002", "AAC004", "AAC006", "AAC058", "AAC060")
        assert tables["AC01"].missing == tuple(f"AC01.{name}" for name in lacking)


@pytest.mark.usefixtures("site")
def test_extract_records_every_table_when_most_are_missing(warehouse, settings):
    tables = extract(warehouse, settings, "2024-05", ("p1", "甲"), ("p2", "乙"))
    assert set(tables) == set(TABLES)
    assert (tables["AC01"].source_rows, tables["AC01"].landed, tables["AC43"].landed) == (2, 2, 0)
    ledger = rows_of(
        warehouse,
        "select name, format, division, month, sequence, state, rows_declared, rows_loaded,"
        " rows_quarantined, rows_repeated from ops.files where rows_loaded > 0",
    )
    assert ledger == [("AC01", "production-table/1", "230600", "2024-05", 1, "loaded", 2, 2, 0, 0)]
    assert rows_of(warehouse, "select count(*) from ops.files") == [(14,)]
    counted = rows_of(
        warehouse,
        "select source_rows, source_rows_by_division, source_columns from ops.extracts"
        " where table_name in ('AC01', 'AC43') order by table_name",
    )
    assert counted == [
        (2, {"230602": 2}, ["AAC001", "AAC003", "AAB301", "AAE036"]),
        (0, {}, []),
    ]


@pytest.mark.usefixtures("site")
def test_extract_writes_nothing_when_the_month_is_read_again_unchanged(warehouse, settings):
    people = ("p1", "甲"), ("p2", "乙")
    extract(warehouse, settings, "2024-05", *people)
    before = rows_of(warehouse, "select * from ops.files order by file_id")
    again = extract(warehouse, settings, "2024-05", *people)
    assert again["AC01"].landed == 0
    assert rows_of(warehouse, "select * from ops.files order by file_id") == before
    assert rows_of(warehouse, "select count(*) from ops.extracts") == [(14,)]


@pytest.mark.usefixtures("site")
def test_extract_lands_only_the_difference_when_the_next_month_follows(warehouse, settings):
    extract(warehouse, settings, "2024-05", ("p1", "甲"), ("p2", "乙"), ("p3", "丙"))
    june = extract(warehouse, settings, "2024-06", ("p1", "甲"), ("p2", "丁"), ("p4", "戊"))
    assert (june["AC01"].source_rows, june["AC01"].landed, june["AC01"].closed) == (3, 2, 2)
    assert current(warehouse, "2024-05") == [("p1", "甲"), ("p2", "乙"), ("p3", "丙")]
    assert current(warehouse, "2024-06") == [("p1", "甲"), ("p2", "丁"), ("p4", "戊")]


@pytest.mark.usefixtures("site")
def test_extract_keeps_the_later_month_when_an_earlier_one_is_read_after_it(warehouse, settings):
    extract(warehouse, settings, "2024-04", ("p1", "甲"), ("p2", "乙"))
    extract(warehouse, settings, "2024-06", ("p1", "甲"), ("p2", "丁"))
    extract(warehouse, settings, "2024-05", ("p1", "戊"), ("p3", "丙"))
    assert current(warehouse, "2024-04") == [("p1", "甲"), ("p2", "乙")]
    assert current(warehouse, "2024-05") == [("p1", "戊"), ("p3", "丙")]
    assert current(warehouse, "2024-06") == [("p1", "甲"), ("p2", "丁")]


@pytest.mark.usefixtures("site")
def test_extract_gets_a_second_sequence_when_the_month_changed_meanwhile(warehouse, settings):
    extract(warehouse, settings, "2024-05", ("p1", "甲"))
    extract(warehouse, settings, "2024-05", ("p1", "乙"))
    assert current(warehouse, "2024-05") == [("p1", "乙")]
    assert rows_of(warehouse, "select sequence, count(*) from ops.extracts group by 1 order by 1") == [
        (1, 14),
        (2, 14),
    ]


@pytest.mark.usefixtures("site")
def test_extract_lands_every_row_whatever_is_wrong_with_it(warehouse, settings):
    path = write_production(
        settings,
        "2024-05",
        {
            "ac01": (
                "aac001 aac003 aac004",
                [("p1", "a\x00b", 1.0), (None, "\\N\t\n", 2), ("p1", "a\x00b", 1.0)],
            )
        },
    )
    with sqlite3.connect(path) as database:
        database.execute("insert into ac01 values ('p9', cast(x'd6d0' as text), 'x')")
    summary = land(warehouse, settings, month="2024-05", feeds=["production"])
    assert next(table.landed for table in summary.tables if table.table == "AC01") == 4
    landed = current(warehouse, "2024-05", "aac001, aac003, aac004")
    assert landed == [
        ("p1", "a␀b", "1"), ("p1", "a␀b", "1"), ("p9", "\\xd6\\xd0", "x"), (None, "\\N\t\n", "2"),
    ]  # fmt: skip


def test_extract_reads_renamed_columns_when_the_site_maps_them(warehouse, settings):
    write_site(settings, column_map=[("production", "ac01", "aae135", "AAC002")])
    write_production(settings, "2024-05", {"AC01": ("AAC001 AAE135", [("p1", "23")])})
    land(warehouse, settings, month="2024-05", feeds=["production"])
    assert current(warehouse, "2024-05", "aac001, aac002") == [("p1", "23")]
    assert rows_of(warehouse, "select source_columns from ops.extracts where table_name = 'AC01'") == [
        (["AAC001", "AAC002"],)
    ]


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("upper", [False, True])
def test_extract_reads_postgresql_in_either_case_with_typed_columns(warehouse, settings, databases, upper):
    url = databases.create()
    table = sa.Table(
        "AC43" if upper else "ac43",
        sa.MetaData(),
        *(
            sa.Column(name if upper else name.lower(), kind)
            for name, kind in (
                ("AAZ223", sa.Numeric(16, 0)), ("AAE003", sa.Integer), ("AAE180", sa.Numeric(16, 2)),
                ("AAE078", sa.Boolean), ("AAB191", sa.Date), ("AAE036", sa.DateTime(timezone=True)),
            )
        ),
    )  # fmt: skip
    engine = sa.create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        table.metadata.create_all(connection)
        connection.execute(
            table.insert().values(
                [Decimal(7), 202405, Decimal("10.50"), True, "2024-05-02", "2024-05-31T16:00:00Z"]
            )
        )
    engine.dispose()
    live = replace(settings, production_url=url)
    land(warehouse, live, month="2024-05", feeds=["production"])
    assert rows_of(
        warehouse,
        "select aaz223, aae003, aae180, aae078, aab191, aae036 from landing.production__ac43",
    ) == [("7", "202405", "10.50", "1", "2024-05-02", "2024-06-01")]


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////nowhere/at/all.db",
        "postgresql://someone:s3cret@127.0.0.1:1/core?password=s3cret",
        "oracle+nodriver://someone:s3cret@127.0.0.1/core",
        "not a url s3cret",
    ],
)
def test_extract_fails_and_changes_nothing_when_the_source_cannot_be_read(warehouse, settings, url):
    wrong = replace(settings, production_url=url)
    with pytest.raises(ProductionUnavailable) as caught:
        land(warehouse, wrong, month="2024-05")
    assert "s3cret" not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert rows_of(warehouse, "select count(*) from ops.files") == [(0,)]


@pytest.mark.usefixtures("site")
def test_extract_makes_no_file_and_closes_nothing_when_the_database_is_not_the_right_one(
    warehouse, settings, tmp_path
):
    extract(warehouse, settings, "2024-05", ("p1", "甲"))
    with pytest.raises(ProductionUnavailable):
        land(warehouse, settings, month="2024-06", feeds=["production"])
    assert not (settings.city / "production-2024-06.db").exists()
    write_production(settings, "2024-06", {"OTHER": ("x", [("1",)])})
    with pytest.raises(ProductionUnavailable):
        land(warehouse, settings, month="2024-06", feeds=["production"])
    assert current(warehouse, "2024-06") == [("p1", "甲")]


@pytest.fixture
def two_tables(warehouse, settings):
    """Return a function that extracts a month with these rows of AC02 (None: no such table)."""
    write_site(settings)

    def taken(month: str, rows: list[tuple] | None) -> TableLanded:
        tables = {"AC01": (PERSONS, [("p1", "甲", "230602", "20240101")])}
        if rows is not None:
            tables["AC02"] = ("AAZ159 AAC001 AAE036", rows)
        write_production(settings, month, tables)
        summary = land(warehouse, settings, month=month, feeds=["production"])
        return next(table for table in summary.tables if table.table == "AC02")

    return taken


def enrolments(warehouse: Warehouse, month: str) -> list[tuple]:
    return rows_of(
        warehouse,
        "select aaz159 from landing.production__ac02 where _valid_from <= %s"
        " and (_valid_to is null or _valid_to > %s) order by 1", month, month,
    )  # fmt: skip


AC02 = "select month, sequence, state, reason from ops.files where name = 'AC02' order by month, sequence"
ROWS = [("n1", "p1", "20240101"), ("n2", "p2", "20240102")]


@pytest.mark.parametrize("without", [None, []])
def test_table_that_lost_all_its_rows_is_held_and_what_was_landed_still_counts(
    two_tables, warehouse, settings, without
):
    two_tables("2024-05", ROWS)
    held = two_tables("2024-06", without)
    assert (held.is_held, held.landed, held.closed, held.source_rows) == (True, 0, 0, 0)
    assert enrolments(warehouse, "2024-06") == [("n1",), ("n2",)]
    assert rows_of(warehouse, AC02)[1:] == [("2024-06", 1, "held", "TABLE_EMPTIED")]
    summary = land(warehouse, settings, month="2024-06", feeds=["production"])
    assert summary.counts()["production tables held"] == "AC02"
    assert [(note.name, note.state, note.reason) for note in summary.notes] == [
        ("AC02", "held", "TABLE_EMPTIED")
    ]
    assert len(rows_of(warehouse, AC02)) == 2, "reading it again writes nothing"
    assert "fundwatch release" in explain(warehouse, settings, file=_held_id(warehouse)).next_step


def test_held_table_is_one_alert_that_says_what_to_do(two_tables, warehouse, settings):
    two_tables("2024-05", ROWS)
    two_tables("2024-06", None)
    with warehouse.connect() as connection:
        wrong = conditions(
            connection, site_version=load_site(warehouse, settings), on=date(2024, 7, 1), timezone="UTC"
        )
        (may, june) = extracts(connection, ["2024-05", "2024-06"])
    assert (may.held, june.held) == ((), ("AC02",))
    (held,) = [alert for alert in wrong if alert.feed == "production"]
    chinese, english = texts_of(held, Names({}))
    assert (held.kind, held.month) == ("file_held", "2024-06")
    assert "表 AC02" in chinese
    assert "the table AC02 has lost all its rows" in english
    assert english.endswith(f"fundwatch explain {_held_id(warehouse)}")


def _held_id(warehouse: Warehouse) -> str:
    ((file_id,),) = rows_of(warehouse, "select file_id from ops.files where state = 'held'")
    return file_id


def test_held_table_that_has_its_rows_again_lands_and_the_hold_is_over(two_tables, warehouse):
    two_tables("2024-05", ROWS)
    two_tables("2024-06", [])
    back = two_tables("2024-06", [*ROWS, ("n3", "p3", "20240601")])
    assert (back.is_held, back.landed) == (False, 1)
    assert rows_of(warehouse, AC02)[1:] == [("2024-06", 1, "superseded", ""), ("2024-06", 2, "loaded", "")]
    two_tables("2024-06", [])
    two_tables("2024-06", [*ROWS, ("n3", "p3", "20240601")])
    assert [state for _, _, state, _ in rows_of(warehouse, AC02)[1:]] == [
        "superseded", "loaded", "superseded", "loaded"
    ]  # fmt: skip


def test_released_table_lands_empty_for_that_month_alone(two_tables, warehouse, settings, monkeypatch):
    two_tables("2024-05", ROWS)
    two_tables("2024-06", None)
    monkeypatch.setenv("FUNDWATCH_HOME", str(settings.home))
    monkeypatch.setenv("FUNDWATCH_DATABASE_URL", settings.database_url)
    listed = CliRunner().invoke(app, ["files", "--state", "held", "--json"], catch_exceptions=False).output
    assert [(table["name"], table["reason"]) for table in json.loads(listed)] == [("AC02", "TABLE_EMPTIED")]
    with pytest.raises(SignOffRefused, match="ran the pipeline"):
        sign_release(warehouse, file="AC02", name=current_user(), reason="gone")
    released = steps.release(settings, file=_held_id(warehouse), name="李四", reason="taken out of use")
    assert [file.state for file in released.files] == ["superseded", "loaded"]
    assert (enrolments(warehouse, "2024-05"), enrolments(warehouse, "2024-06")) == ([("n1",), ("n2",)], [])
    assert two_tables("2024-07", None).is_held is False
