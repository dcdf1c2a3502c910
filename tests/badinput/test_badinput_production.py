"""Production: every row lands, whatever is wrong with it, and none is ever quarantined."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from fundwatch.catalogue import TABLES
from fundwatch.database.warehouse import open_warehouse
from ingestion import land
from tests.badinput.checking import leaks
from tests.badinput.kinds_production import GOOD, KINDS, ProductionKind
from tests.badinput.model import MONTH
from tests.integration.ingestion.support import rows_of, write_production, write_site


def _mark(kind: ProductionKind) -> str:
    return f"20240601{KINDS.index(kind):06d}"


def _stored() -> dict[str, tuple[str, list[tuple]]]:
    """Return the database: table -> (columns, rows), each row marked by its kind in AAE036."""
    rows = defaultdict(list)
    for kind in KINDS:
        for row in kind.rows:
            rows[row.table] += [(*row.cells.values(), _mark(kind))] * row.copies
    return {table: (" ".join([*GOOD[table], "AAE036"]), records) for table, records in rows.items()}


@pytest.fixture(scope="module")
def extracted(make_settings):
    """The database of all kinds as it landed: the warehouse, and per table the rows of each mark."""
    settings = make_settings()
    warehouse = open_warehouse(settings)
    write_site(settings)
    write_production(settings, MONTH, _stored())
    summary = land(warehouse, settings, month=MONTH, feeds=["production"])
    return settings, warehouse, summary


def _expected(kind: ProductionKind) -> dict[str, Counter]:
    texts_of = defaultdict(Counter)
    for row in kind.rows:
        texts = {name: row.lands.get(name, value) or None for name, value in row.cells.items()}
        texts_of[row.table][tuple(texts[name] for name in GOOD[row.table])] += row.copies
    return texts_of


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_kind_lands_as_it_is(kind, extracted):
    _, warehouse, _ = extracted
    for table, expected in _expected(kind).items():
        columns = ", ".join(name.lower() for name in GOOD[table])
        landed = rows_of(
            warehouse,
            f"select {columns} from landing.production__{table.lower()} where aae036 = %s",
            _mark(kind),
        )
        assert Counter(tuple(value or None for value in row) for row in landed) == expected


def test_catalogue_has_more_than_sixty_kinds():
    assert len(set(map(str, KINDS))) == len(KINDS) > 60


def test_extract_counts_every_row_and_quarantines_none(extracted):
    _, warehouse, summary = extracted
    stored = {table: len(rows) for table, (_, rows) in _stored().items()}
    assert {table.table: table.source_rows for table in summary.tables if table.source_rows} == stored
    assert rows_of(warehouse, "select count(*) from quarantine.rows") == [(0,)]
    files = rows_of(
        warehouse,
        "select name, state, rows_declared, rows_loaded, rows_quarantined, rows_repeated from ops.files",
    )
    assert len(files) == len(TABLES)
    assert {file for file in files if file[1] != "loaded" or file[2] != sum(file[3:])} == set()
    assert leaks(repr(summary)) == []


def test_extract_again_lands_nothing(extracted):
    settings, warehouse, _ = extracted
    again = land(warehouse, settings, month=MONTH, feeds=["production"])
    assert [table.table for table in again.tables if table.landed or table.closed] == []


@pytest.fixture(scope="module")
def odd_schema(make_settings):
    """A database whose tables and columns are not quite those of the catalogue, as it landed."""
    settings = make_settings()
    warehouse = open_warehouse(settings)
    write_site(settings)
    write_production(
        settings,
        MONTH,
        {
            "ac01": ("aac001 Aac003 remark AAE036", [("p1", "甲", "x", "20240101")]),
            "AC02": ("AAZ159", [("n1",)]),
            "AC43": ("AAZ223 AAC001", []),
            "AC999": ("AAC001", [("p1",)]),
            "sqlite master": ("AAC001", [("p1",)]),
            "AC82": ("remark", [("x",)]),
        },
    )
    return warehouse, land(warehouse, settings, month=MONTH, feeds=["production"])


def test_extract_reads_names_in_either_case_and_leaves_unknown_columns(odd_schema):
    warehouse, _ = odd_schema
    assert rows_of(warehouse, "select aac001, aac003, aae036 from landing.production__ac01") == [
        ("p1", "甲", "20240101")
    ]


def test_extract_lands_a_table_without_most_of_its_columns(odd_schema):
    warehouse, _ = odd_schema
    assert rows_of(warehouse, "select aaz159, aac001, aae140 from landing.production__ac02") == [
        ("n1", None, None)
    ]


def test_extract_names_what_is_missing_whole_or_in_part(odd_schema):
    _, summary = odd_schema
    missing = {table.table: table.missing for table in summary.tables}
    assert missing["AC60"] == ("AC60",)
    assert "AC02.AAC001" in missing["AC02"]
    assert "AC43.AAE003" in missing["AC43"]
    assert missing["AC82"]


def test_extract_lands_nothing_of_a_table_that_is_empty_or_nobody_knows(odd_schema):
    warehouse, summary = odd_schema
    landed = {table.table: table.landed for table in summary.tables if table.landed}
    assert set(landed) <= {"AC01", "AC02", "AC82"}
    assert rows_of(warehouse, "select count(*) from landing.production__ac43") == [(0,)]
