"""The content of a file: what loads, what is quarantined, and what holds or rejects the whole."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from fundwatch.errors import SettingInvalid
from ingestion import land
from tests.integration.ingestion.support import (
    COUNTY,
    receipts,
    rows_of,
    voucher,
    vouchers,
    write_file,
    write_site,
)


@pytest.fixture(autouse=True)
def _site(settings):
    write_site(settings, code_map=[("tax", "scheme", "11", "110", "2024-01", "")])


def test_file_loads_with_its_rows_and_totals(ingest, settings, warehouse):
    write_file(settings, "tax", "v.csv", **vouchers(voucher(), voucher(amount="-2.50", scheme="11")))
    assert ingest() == {"v.csv": ("loaded", "")}
    assert rows_of(
        warehouse,
        "select rows_declared, rows_loaded, rows_quarantined, rows_repeated, amount_declared,"
        " amount_loaded, amount_quarantined, amount_repeated, normalised_count, attempt from ops.files",
    ) == [(2, 2, 0, 0, Decimal("97.50"), Decimal("97.50"), Decimal("0.00"), Decimal("0.00"), 0, 1)]
    assert rows_of(
        warehouse,
        "select v.scheme, v.amount, v._row from landing.tax__voucher as v join ops.files as f"
        " on f.file_id = v._file_id order by v._row",
    ) == [("110", "100.00", 2), ("11", "-2.50", 3)]


def test_file_ingested_again_changes_nothing(ingest, settings, warehouse):
    write_file(settings, "tax", "v.csv", **vouchers(voucher()))
    ingest()
    before = rows_of(warehouse, "select * from ops.files")
    assert ingest() == {"v.csv": ("loaded", "")}
    assert rows_of(warehouse, "select * from ops.files") == before
    assert rows_of(warehouse, "select count(*) from landing.tax__voucher") == [(1,)]


GOOD = vouchers(voucher())["content"]
WRONG_CONTENT = (
    ("电\n".encode("gb18030"), {}, "UNDECODABLE"),
    (b"", {}, "TRUNCATED"),
    (GOOD[:-25], {}, "TRUNCATED"),
    (GOOD + b'x,"y', {}, "TRUNCATED"),
    (GOOD.replace(b"voucher_no", b"number", 1), {}, "HEADER_INVALID"),
    (GOOD.replace(b"rate", b"base", 1), {}, "HEADER_INVALID"),
    (GOOD.replace(b"kind", b"kind,kind", 1), {}, "HEADER_INVALID"),
    (GOOD, {"rows": 2}, "ROWS_MISMATCH"),
    (GOOD + b"\n", {"amount_total": "100.01"}, "AMOUNT_MISMATCH"),
)


def test_file_is_rejected_whole_when_its_content_is_wrong(ingest, settings, warehouse):
    for number, (content, stated, _) in enumerate(WRONG_CONTENT):
        file = {**vouchers(voucher()), "content": content, **stated}
        write_file(settings, "tax", f"{number}.csv", **file)
    expected = {f"{number}.csv": ("rejected", reason) for number, (_, _, reason) in enumerate(WRONG_CONTENT)}
    assert ingest() == expected
    assert rows_of(warehouse, "select count(*) from landing.tax__voucher") == [(0,)]
    assert rows_of(warehouse, "select count(*) from quarantine.rows") == [(0,)]


def test_file_is_held_and_nothing_loaded_when_too_many_rows_would_be_quarantined(ingest, settings, warehouse):
    rows = [voucher(amount="1.00") for _ in range(100)]
    rows += [voucher(amount="0.00", collected_on="") for _ in range(2)]
    write_file(settings, "tax", "v.csv", **vouchers(*rows))
    assert ingest() == {"v.csv": ("held", "TOO_MANY_REFUSED")}
    assert rows_of(warehouse, "select count(*) from landing.tax__voucher") == [(0,)]
    assert "MISSING_REQUIRED 2" in rows_of(warehouse, "select message from ops.files")[0][0]


def test_file_is_held_when_more_than_a_hundredth_of_its_money_would_be_quarantined(ingest, settings):
    files = [("1.00", "100.00"), ("1.01", "100.01"), ("NaN", "100.01")]
    for number, (amount, total) in enumerate(files, start=1):
        rows = [voucher(amount="99.00"), voucher(amount=amount, collected_on="20240231")]
        stated = {"amount_total": total, "sequence": number}
        write_file(settings, "tax", f"{amount}.csv", **{**vouchers(*rows), **stated})
    held = ("held", "TOO_MANY_REFUSED")
    assert ingest() == {"1.00.csv": ("loaded", ""), "1.01.csv": held, "NaN.csv": held}


def test_file_counts_add_up_when_rows_are_quarantined_and_repeated(ingest, settings, warehouse):
    same = voucher(amount="5.00")
    rows = [voucher(amount="10.00") for _ in range(150)]
    rows += [same, same, voucher(amount="1_000", collected_on="today")]
    stated = vouchers(*rows)
    write_file(settings, "tax", "v.csv", **{**stated, "amount_total": "1511.23"})
    assert ingest() == {"v.csv": ("loaded", "")}
    assert rows_of(
        warehouse,
        "select rows_declared, rows_loaded, rows_quarantined, rows_repeated, amount_declared,"
        " amount_loaded, amount_quarantined, amount_repeated from ops.files",
    ) == [
        (153, 151, 1, 1, Decimal("1511.23"), Decimal("1505.00"), Decimal("1.23"), Decimal("5.00"))
    ]  # fmt: skip
    quarantined = rows_of(warehouse, "select line, reasons, raw from quarantine.rows")
    assert [(line, reasons) for line, reasons, _ in quarantined] == [(154, ["BAD_DATE", "BAD_AMOUNT"])]
    assert quarantined[0][2] == stated["content"].decode().splitlines()[153]


def test_file_rows_are_both_quarantined_when_their_key_is_the_same_and_they_differ(
    ingest, settings, warehouse
):
    rows = [voucher(amount="100.00") for _ in range(300)]
    rows += [voucher(voucher_no="twice", amount="0.50"), voucher(voucher_no=" twice", amount="0.25")]
    write_file(settings, "tax", "v.csv", **vouchers(*rows))
    assert ingest() == {"v.csv": ("loaded", "")}
    assert rows_of(warehouse, "select line, reasons from quarantine.rows order by line") == [
        (302, ["DUPLICATE_IN_FILE"]), (303, ["DUPLICATE_IN_FILE"]),
    ]  # fmt: skip


def test_file_is_normalised_when_columns_move_and_windows_wrote_it(ingest, settings, warehouse):
    stated = vouchers(voucher(taxpayer_name='a "b",\n电'))
    lines = stated["content"].decode()
    header, _, rest = lines.partition("\n")
    moved = ("extra," + header + "\r\n" + "x," + rest.replace("\n", "\r\n", 2)).removesuffix("\r\n")
    content = b"\xef\xbb\xbf" + moved.encode()
    write_file(settings, "tax", "v.csv", **{**stated, "content": content})
    assert ingest() == {"v.csv": ("loaded", "")}
    assert rows_of(warehouse, "select normalised_count from ops.files") == [(3,)]
    assert rows_of(warehouse, "select taxpayer_name, _row from landing.tax__voucher") == [('a "b",\r\n电', 2)]


def test_file_in_gb18030_lands_as_text(ingest, settings, warehouse):
    write_file(settings, "tax", "v.csv", **vouchers(voucher(taxpayer_name="㐀电𠀀"), encoding="gb18030"))
    assert ingest() == {"v.csv": ("loaded", "")}
    assert rows_of(warehouse, "select taxpayer_name from landing.tax__voucher") == [("㐀电𠀀",)]


def test_treasury_receipts_load_beside_the_vouchers_of_the_month(ingest, settings, warehouse):
    write_file(settings, "tax", "v.csv", **vouchers(voucher()))
    write_file(settings, "tax", "r.csv", **receipts(("r1", "v1", "110", "100.00", "20240630", "", COUNTY)))
    assert ingest() == {"v.csv": ("loaded", ""), "r.csv": ("loaded", "")}
    assert rows_of(warehouse, "select receipt_no, amount from landing.tax__treasury_receipt") == [
        ("r1", "100.00")
    ]


def test_landing_says_which_feeds_never_arrived_and_lists_what_did_not_load(warehouse, settings):
    write_file(settings, "tax", "a.csv", **{**vouchers(voucher()), "rows": 3})
    write_file(settings, "bank", "b.csv", b"x", manifest=False)
    summary = land(warehouse, settings, month="2024-06", feeds=["tax", "bank", "civil_registry", "finance"])
    assert summary.not_received == ("civil_registry", "finance")
    assert [(note.name, note.state, note.reason) for note in summary.notes] == [
        ("b.csv", "waiting", ""), ("a.csv", "rejected", "ROWS_MISMATCH"),
    ]  # fmt: skip
    assert summary.counts() == {
        "bank files waiting": 1, "tax files rejected": 1, "not received": "civil_registry, finance",
    }  # fmt: skip


def test_summary_is_of_this_run_and_not_of_what_was_decided_before(warehouse, settings):
    write_file(settings, "tax", "a.csv", **{**vouchers(voucher()), "rows": 3})
    land(warehouse, settings, month="2024-06", feeds=["tax"])
    again = land(warehouse, settings, month="2024-06", feeds=["tax"])
    assert (again.counts(), again.notes) == ({"files": "nothing new"}, ())
    write_file(settings, "tax", "b.csv", **vouchers(voucher()))
    assert land(warehouse, settings, month="2024-06", feeds=["tax"]).counts() == {"tax files loaded": 1}


def test_configured_inbox_that_is_not_there_is_an_error_and_no_empty_day(warehouse, settings, tmp_path):
    lost = replace(settings, inbox=tmp_path / "nowhere")
    with pytest.raises(SettingInvalid, match=r"FUNDWATCH_INBOX names .*nowhere, which is no folder"):
        land(warehouse, lost, month="2024-06")
    assert rows_of(warehouse, "select count(*) from ops.files") == [(0,)]
