"""Other files: duplicates, slots, replacements, future months and sequences."""

from __future__ import annotations

import hashlib
import io
import zipfile

import pytest

from tests.integration.ingestion.support import (
    COUNTY,
    rows_of,
    voucher,
    vouchers,
    write_file,
    write_site,
)


@pytest.fixture(autouse=True)
def _site(settings):
    write_site(settings, code_map=[("tax", "scheme", "11", "110", "2024-01", "")])


def _zip_that_leads_out(content: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("../v.csv", content)
    return target.getvalue()


def test_file_with_two_faults_gets_the_reason_of_the_first_check(ingest, settings, warehouse):
    write_site(settings, senders=[("tax", "tax-voucher-csv/1", COUNTY, "00" * 32)])
    loaded = vouchers(voucher())
    write_file(settings, "tax", "loaded.csv", **loaded)
    ingest()

    def other() -> dict:
        return vouchers(voucher(amount="0.07"))

    far = {"sequence": 9}
    refused = vouchers(*[voucher(collected_on="") for _ in range(3)])
    unknown = "1" * 64
    cases = {
        "MANIFEST_INVALID": {**other(), "division": COUNTY, "month": "2024-13"},
        "SIGNATURE_INVALID": {**other(), "division": COUNTY, "sha256": "0" * 64},
        "SHA256_MISMATCH": {**loaded, "sha256": "0" * 64},
        "DUPLICATE_FILE": {**loaded, "replaces": unknown},
        "REPLACES_UNKNOWN": {**other(), "replaces": unknown},
        "SLOT_TAKEN": {**other(), "rows": 7},
        "FUTURE_MONTH": {**other(), "month": "2024-07", **far},
        "SEQUENCE_GAP": {**other(), **far, "content": _zip_that_leads_out(b"1")},
        "UNSAFE_CONTENT": {**other(), "division": "230603", "content": _zip_that_leads_out(b"2")},
        "UNDECODABLE": {**other(), "division": "230603", "content": "电,电\n".encode("gb18030")},
        "HEADER_INVALID": {**other(), "division": "230603", "content": b"a,b\n1,2\n", "rows": 3},
        "ROWS_MISMATCH": {**other(), "division": "230603", "rows": 3, "amount_total": "9.00"},
        "AMOUNT_MISMATCH": {**refused, "division": "230603", "amount_total": "9.00"},
        "TOO_MANY_REFUSED": {**refused, "division": "230603"},
    }
    for reason, stated in cases.items():
        write_file(settings, "tax", f"{reason}.csv", **stated)
    assert {name.removesuffix(".csv"): reason for name, (_, reason) in ingest().items() if reason} == {
        reason: reason for reason in cases
    }
    # A slot that was taken in a later month is taken also when an earlier one is run again.
    write_file(settings, "tax", "late.csv", **{**other(), "amount_total": "0.08"})
    assert ingest(month="2024-05")["late.csv"] == ("rejected", "SLOT_TAKEN")


def test_file_is_a_duplicate_when_the_same_bytes_come_under_another_name(ingest, settings, warehouse):
    content = vouchers(voucher())
    write_file(settings, "tax", "a.csv", **content)
    write_file(settings, "tax", "b.csv", **{**content, "sequence": 2})
    assert ingest() == {"a.csv": ("loaded", ""), "b.csv": ("duplicate", "DUPLICATE_FILE")}
    assert rows_of(
        warehouse,
        "select first.name from ops.files as f join ops.files as first on first.file_id = f.duplicate_of",
    ) == [("a.csv",)]


def test_files_without_rows_are_no_duplicates_when_they_are_for_different_counties(ingest, settings):
    write_file(settings, "tax", "a.csv", **vouchers())
    write_file(settings, "tax", "b.csv", **{**vouchers(), "division": COUNTY})
    assert ingest() == {"a.csv": ("loaded", ""), "b.csv": ("loaded", "")}


def test_file_is_rejected_when_its_slot_is_taken(ingest, settings):
    write_file(settings, "tax", "a.csv", **vouchers(voucher()))
    write_file(settings, "tax", "b.csv", **vouchers(voucher(amount="7.00")))
    assert ingest() == {"a.csv": ("loaded", ""), "b.csv": ("rejected", "SLOT_TAKEN")}


def test_file_that_replaces_supersedes_the_older_and_counts_alone(ingest, settings, warehouse):
    older = vouchers(voucher())
    newer = vouchers(voucher(amount="7.00"))
    write_file(settings, "tax", "b.csv", **older)
    write_file(settings, "tax", "a.csv", **newer, replaces=hashlib.sha256(older["content"]).hexdigest())
    assert ingest() == {"b.csv": ("superseded", ""), "a.csv": ("loaded", "")}
    assert rows_of(
        warehouse,
        "select v.amount from landing.tax__voucher as v join ops.files as f on f.file_id = v._file_id"
        " where f.state = 'loaded'",
    ) == [("7.00",)]
    again = vouchers(voucher(amount="8.00"))
    write_file(settings, "tax", "c.csv", **again, replaces=hashlib.sha256(older["content"]).hexdigest())
    assert ingest()["c.csv"] == ("rejected", "REPLACES_UNKNOWN")


def test_file_that_replaces_a_rejected_one_loads(ingest, settings):
    wrong = {**vouchers(voucher()), "rows": 2}
    write_file(settings, "tax", "a.csv", **wrong)
    right = vouchers(voucher(), voucher())
    write_file(settings, "tax", "b.csv", **right, replaces=hashlib.sha256(wrong["content"]).hexdigest())
    assert ingest() == {"a.csv": ("rejected", "ROWS_MISMATCH"), "b.csv": ("loaded", "")}


def test_files_without_rows_are_replaced_each_by_the_correction_of_its_own_slot(ingest, settings):
    empty = vouchers()
    for month in ("2024-04", "2024-05", "2024-06"):
        write_file(settings, "tax", f"{month}.csv", **{**empty, "month": month})
    ingest()
    replaced = hashlib.sha256(empty["content"]).hexdigest()
    for month in ("2024-04", "2024-06"):
        newer = {**vouchers(voucher(amount=f"{month[-1]}.00")), "month": month}
        write_file(settings, "tax", f"{month}-again.csv", **newer, replaces=replaced)
    assert ingest() == {
        "2024-04.csv": ("superseded", ""),
        "2024-05.csv": ("loaded", ""),
        "2024-06.csv": ("superseded", ""),
        "2024-04-again.csv": ("loaded", ""),
        "2024-06-again.csv": ("loaded", ""),
    }


def test_file_without_rows_is_replaced_once_also_when_one_of_another_month_is_alike(ingest, settings):
    empty = vouchers()
    for month in ("2024-05", "2024-06"):
        write_file(settings, "tax", f"{month}.csv", **{**empty, "month": month})
    replaced = hashlib.sha256(empty["content"]).hexdigest()
    write_file(settings, "tax", "b.csv", **vouchers(voucher(amount="7.00")), replaces=replaced)
    ingest()
    write_file(settings, "tax", "c.csv", **vouchers(voucher(amount="8.00")), replaces=replaced)
    states = ingest()
    assert states["c.csv"] == ("rejected", "REPLACES_UNKNOWN")
    assert states["2024-05.csv"] == ("loaded", "")


def test_file_is_rejected_when_it_replaces_an_unknown_one(ingest, settings):
    write_file(settings, "tax", "a.csv", **vouchers(voucher()), replaces="0" * 64)
    assert ingest() == {"a.csv": ("rejected", "REPLACES_UNKNOWN")}


def test_file_that_replaces_is_rejected_when_the_older_was_superseded_and_once_rejected(ingest, settings):
    older = vouchers(voucher())
    sha256 = hashlib.sha256(older["content"]).hexdigest()
    write_file(settings, "tax", "a.csv", **older)
    write_file(settings, "tax", "b.csv", **vouchers(voucher(amount="7.00")), replaces=sha256)
    ingest()
    write_file(settings, "tax", "again.csv", **older)
    assert ingest()["again.csv"] == ("rejected", "SLOT_TAKEN")
    write_file(settings, "tax", "c.csv", **vouchers(voucher(amount="8.00")), replaces=sha256)
    assert ingest()["c.csv"] == ("rejected", "REPLACES_UNKNOWN")


def test_held_file_that_is_replaced_accounts_for_its_rows(ingest, settings, warehouse):
    bad = vouchers(*[voucher(collected_on="") for _ in range(3)])
    write_file(settings, "tax", "a.csv", **bad)
    assert ingest() == {"a.csv": ("held", "TOO_MANY_REFUSED")}
    good = vouchers(voucher())
    write_file(settings, "tax", "b.csv", **good, replaces=hashlib.sha256(bad["content"]).hexdigest())
    assert ingest() == {"a.csv": ("superseded", ""), "b.csv": ("loaded", "")}
    assert rows_of(
        warehouse,
        "select name, rows_declared - rows_loaded - rows_quarantined - rows_repeated,"
        " amount_declared - amount_loaded - amount_quarantined - coalesce(amount_repeated, 0)"
        " from ops.files order by name",
    ) == [("a.csv", 0, 0), ("b.csv", 0, 0)]


def test_file_is_held_until_its_month_is_run(ingest, settings):
    write_file(settings, "tax", "a.csv", **{**vouchers(voucher()), "month": "2024-07"})
    assert ingest() == {"a.csv": ("held", "FUTURE_MONTH")}
    assert ingest() == {"a.csv": ("held", "FUTURE_MONTH")}
    assert ingest(month="2024-07") == {"a.csv": ("loaded", "")}


def test_duplicate_of_a_held_file_that_is_rejected_later_is_taken_in_its_stead(ingest, settings, warehouse):
    good = {**vouchers(voucher(), voucher()), "sequence": 2}
    write_file(settings, "tax", "a.csv", **{**good, "rows": 5})
    write_file(settings, "tax", "b.csv", **good)
    assert ingest() == {"a.csv": ("held", "SEQUENCE_GAP"), "b.csv": ("duplicate", "DUPLICATE_FILE")}
    write_file(settings, "tax", "c.csv", **vouchers(voucher()))
    assert ingest() == {
        "a.csv": ("rejected", "ROWS_MISMATCH"), "b.csv": ("loaded", ""), "c.csv": ("loaded", "")
    }  # fmt: skip
    assert rows_of(warehouse, "select name, rows_loaded from ops.files order by name") == [
        ("a.csv", 0), ("b.csv", 2), ("c.csv", 1)
    ]  # fmt: skip


def test_bytes_sent_for_two_months_load_for_the_second_once_the_first_is_corrected(ingest, settings):
    may = {**vouchers(voucher()), "month": "2024-05"}
    write_file(settings, "tax", "may.csv", **may)
    write_file(settings, "tax", "june.csv", **{**may, "month": "2024-06"})
    assert ingest() == {"may.csv": ("loaded", ""), "june.csv": ("duplicate", "DUPLICATE_FILE")}
    write_file(settings, "tax", "again.csv", **may)
    corrected = {**vouchers(voucher(amount="7.00")), "month": "2024-05"}
    write_file(settings, "tax", "new.csv", **corrected, replaces=hashlib.sha256(may["content"]).hexdigest())
    assert ingest() == {
        "may.csv": ("superseded", ""), "new.csv": ("loaded", ""), "june.csv": ("loaded", ""),
        "again.csv": ("duplicate", "DUPLICATE_FILE"),
    }  # fmt: skip


def test_file_of_a_later_month_that_a_killed_run_left_loading_is_held_again(ingest, settings, warehouse):
    write_file(settings, "tax", "july.csv", **{**vouchers(voucher()), "month": "2024-07"})
    held = ("held", "FUTURE_MONTH")
    assert ingest() == {"july.csv": held}
    with warehouse.connect() as connection:
        connection.execute("update ops.files set state = 'loading', reason = ''")
    assert ingest() == {"july.csv": held}
    assert ingest(month="2024-07") == {"july.csv": ("loaded", "")}


def test_file_of_a_month_never_run_is_held_and_says_so(ingest, settings, warehouse):
    write_file(settings, "tax", "a.csv", **{**vouchers(voucher()), "month": "9999-12"})
    assert ingest() == {"a.csv": ("held", "FUTURE_MONTH")}
    ((message,),) = rows_of(warehouse, "select message from ops.files")
    assert "no month so late is ever run" in message


def test_file_is_held_until_the_sequence_before_it_is_loaded(ingest, settings):
    write_file(settings, "tax", "b.csv", **{**vouchers(voucher()), "sequence": 2})
    assert ingest() == {"b.csv": ("held", "SEQUENCE_GAP")}
    bad = {**vouchers(voucher(amount="7.00")), "rows": 9}
    write_file(settings, "tax", "a.csv", **bad)
    assert ingest() == {"a.csv": ("rejected", "ROWS_MISMATCH"), "b.csv": ("held", "SEQUENCE_GAP")}
    good = vouchers(voucher(amount="8.00"))
    write_file(settings, "tax", "c.csv", **good, replaces=hashlib.sha256(bad["content"]).hexdigest())
    assert ingest() == {
        "a.csv": ("rejected", "ROWS_MISMATCH"), "b.csv": ("loaded", ""), "c.csv": ("loaded", ""),
    }  # fmt: skip
