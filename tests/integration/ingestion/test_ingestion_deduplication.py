"""Keys that occur more than once in a file, wherever in it they stand and however they are written."""

from __future__ import annotations

import random
from collections import defaultdict
from decimal import Decimal

import pytest

from ingestion import land
from ingestion.files.loading import load
from ingestion.files.readers import pieces
from ingestion.files.validation import keys
from tests.integration.ingestion.support import file_of, rows_of, write_file, write_site

HEADER = ["receipt_no", "voucher_no", "scheme", "amount", "received_on", "transferred_on", "division"]


@pytest.fixture(autouse=True)
def _many_small_parts(monkeypatch, settings):
    """Have every border of pieces, of parts of the key log and of the transaction in a few hundred rows."""
    monkeypatch.setattr(pieces, "_FIRST_BYTES", 200)
    monkeypatch.setattr(pieces, "PIECE_BYTES", 500)
    monkeypatch.setattr(keys, "_BITS_AT_ONCE", 6)
    monkeypatch.setattr(keys, "_BLOCK", 50)
    monkeypatch.setattr(load, "_EXAMINED_FIRST", 1000)
    write_site(settings)


@pytest.fixture
def ingest(warehouse, settings):
    """Land receipts as June and return state and reason of the file."""

    def ingested(rows: list[list[str]]) -> tuple[str, str]:
        total = str(sum((Decimal(row[3]) for row in rows if row[3] != "x"), Decimal(0)))
        form = {"format": "treasury-receipt-csv/1", "amount_total": total}
        write_file(settings, "tax", "r.csv", **file_of(HEADER, rows), **form)
        land(warehouse, settings, month="2024-06", feeds=["tax"])
        return rows_of(warehouse, "select state, reason from ops.files")[0]

    return ingested


def receipt(number: str, amount: str = "1.00", voucher: str = "v1") -> list[str]:
    return [number, voucher, "110", amount, "20240601", "", "230602"]


def others(number: int) -> list[list[str]]:
    return [receipt(f"x{place:04d}") for place in range(number)]


def counted(warehouse) -> tuple:
    return rows_of(
        warehouse,
        "select rows_loaded, rows_quarantined, rows_repeated,"
        " amount_loaded::text, amount_quarantined::text, amount_repeated::text from ops.files",
    )[0]


def quarantined(warehouse) -> list[tuple]:
    return rows_of(
        warehouse, "select line, array_to_string(reasons, '|'), raw from quarantine.rows order by line"
    )


def test_identical_rows_load_once_as_the_first_of_them(ingest, warehouse):
    assert ingest([receipt("r1", "2.00"), *others(300), receipt("r1", "2.00")]) == ("loaded", "")
    assert counted(warehouse) == (301, 0, 1, "302.00", "0.00", "2.00")
    assert rows_of(warehouse, "select _row from landing.tax__treasury_receipt where receipt_no = 'r1'") == [
        (2,)
    ]


def test_different_rows_of_one_key_are_quarantined(ingest, warehouse):
    assert ingest([receipt("r1"), *others(500), receipt(" ｒ１ ")]) == ("loaded", "")
    assert counted(warehouse) == (500, 2, 0, "500.00", "2.00", "0.00")
    assert quarantined(warehouse) == [
        (2, "DUPLICATE_IN_FILE", "r1,v1,110,1.00,20240601,,230602"),
        (503, "DUPLICATE_IN_FILE", " ｒ１ ,v1,110,1.00,20240601,,230602"),
    ]


def test_row_that_shares_its_key_with_a_bad_one_is_refused_too(ingest, warehouse):
    assert ingest([receipt("r1"), *others(500), receipt("r1", "x")]) == ("loaded", "")
    assert [row[:2] for row in quarantined(warehouse)] == [
        (2, "DUPLICATE_IN_FILE"), (503, "BAD_AMOUNT|DUPLICATE_IN_FILE"),
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_rows_are_loaded_repeated_or_refused_as_a_plain_count_says(ingest, warehouse, seed):
    chance = random.Random(seed)  # noqa: S311 (a reproducible draw)
    rows = [receipt(f"k{place}", f"{chance.randrange(100)}.00") for place in range(600)]
    rows += [list(chance.choice(rows)) for _ in range(40)]
    rows += [receipt("k7", "101.00")] if seed else []
    chance.shuffle(rows)
    by_key = defaultdict(list)
    for row in rows:
        by_key[row[0]].append(row)
    loaded = repeated = refused = 0
    for group in by_key.values():
        if any(row != group[0] for row in group):
            refused += len(group)
        else:
            loaded, repeated = loaded + 1, repeated + len(group) - 1
    assert repeated
    assert ingest(rows) == ("loaded", "")
    assert counted(warehouse)[:3] == (loaded, refused, repeated)
    assert len(quarantined(warehouse)) == refused
    assert rows_of(warehouse, "select count(*) from landing.tax__treasury_receipt") == [(loaded,)]
