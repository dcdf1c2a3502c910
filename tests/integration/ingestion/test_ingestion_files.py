"""The life of a file: each check gives its one reason, and what loads loads wholly, once."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile
from decimal import Decimal

import pytest

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


@pytest.fixture
def take(warehouse, settings):
    """Land one feed as June and return state and reason by file name."""

    def taken(feed: str = "tax", month: str = "2024-06") -> dict[str, tuple[str, str]]:
        land(warehouse, settings, month=month, feeds=[feed])
        found = rows_of(warehouse, "select name, state, reason from ops.files where feed = %s", feed)
        return {name: (state, reason) for name, state, reason in found}

    return taken


def test_file_loads_with_its_rows_and_totals(take, settings, warehouse):
    write_file(settings, "tax", "v.csv", **vouchers(voucher(), voucher(amount="-2.50", scheme="11")))
    assert take() == {"v.csv": ("loaded", "")}
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


def test_file_taken_again_changes_nothing(take, settings, warehouse):
    write_file(settings, "tax", "v.csv", **vouchers(voucher()))
    take()
    before = rows_of(warehouse, "select * from ops.files")
    assert take() == {"v.csv": ("loaded", "")}
    assert rows_of(warehouse, "select * from ops.files") == before
    assert rows_of(warehouse, "select count(*) from landing.tax__voucher") == [(1,)]


WRONG_MANIFESTS = (
    {"month": "2024-6"}, {"month": "2024-13"}, {"rows": "1"}, {"rows": True}, {"rows": -1},
    {"sequence": 0}, {"amount_total": None}, {"amount_total": 100.0}, {"amount_total": "1e2"},
    {"division": "999999"}, {"format": "tax-voucher-csv/2"}, {"format": "bank-statement-csv/1"},
    {"feed": "bank"}, {"encoding": "rot13"}, {"sha256": "abc"}, {"created_at": "yesterday"},
    {"replaces": 7}, {"surprise": 1}, {"rows": 1.0}, {"rows": 10**400}, {"rows": float("nan")},
    {"rows": None}, {"sequence": "1"}, {"sequence": True}, {"sequence": 2**31}, {"amount_total": "NaN"},
    {"amount_total": "１.00"}, {"encoding": "utf-16"}, {"encoding": "gb\0k"}, {"encoding": ""},
    {"encoding": None}, {"signature": 5}, {"division": 230600}, {"division": "230600 "}, {"created_at": None},
    {"created_at": "0001-01-01T00:00:00+14:00"}, {"replaces": "0" * 63}, {"a\nb": "c" * 9999},
    {"format": "x" * 9999},
)  # fmt: skip
NOT_MANIFESTS = (
    "", "[]", "{", '{"feed": "tax", "feed": "tax"}', '{"feed": "\\ud800"}', "\x00", "[" * 200_000,
    '{"a":' * 100_000, "9" * 5000, " " * 2**20 + "{}", "null", '"tax"', "\N{BYTE ORDER MARK}[]",
)  # fmt: skip
KEYS = ("feed", "format", "division", "month", "sequence", "encoding", "rows", "amount_total", "sha256")


def test_file_is_refused_when_its_manifest_is_not_of_the_shape(take, settings, warehouse):
    for number, stated in enumerate(WRONG_MANIFESTS):
        write_file(settings, "tax", f"{number}.csv", **{**vouchers(voucher()), **stated})
    found = take()
    assert len(found) == len(WRONG_MANIFESTS)
    assert set(found.values()) == {("rejected", "MANIFEST_INVALID")}
    assert rows_of(warehouse, "select count(*) from landing.tax__voucher") == [(0,)]


def test_file_is_refused_when_its_manifest_is_not_json_of_an_object(take, settings):
    for number, text in enumerate(NOT_MANIFESTS):
        path = write_file(settings, "tax", f"{number}.csv", **vouchers(voucher()))
        path.with_name(f"{number}.csv.manifest.json").write_text(text)
    found = take()
    assert len(found) == len(NOT_MANIFESTS)
    assert set(found.values()) == {("rejected", "MANIFEST_INVALID")}


def test_file_is_refused_when_its_manifest_lacks_a_key(take, settings):
    for key in (*KEYS, "created_at"):
        path = write_file(settings, "tax", f"{key}.csv", **vouchers(voucher()))
        beside = path.with_name(f"{key}.csv.manifest.json")
        said = {name: value for name, value in json.loads(beside.read_text()).items() if name != key}
        beside.write_text(json.dumps(said))
    found = take()
    assert len(found) == len(KEYS) + 1
    assert set(found.values()) == {("rejected", "MANIFEST_INVALID")}


def test_file_is_refused_when_it_states_a_total_its_format_does_not_have(take, settings):
    content = (
        b"source_event_id,event_type,name,sex,id_number,birth_date,death_date,cremated_on,certificate_no,"
        b"division\n"
    )
    stated = {"content": content, "format": "cremation-csv/1", "rows": 0}
    write_file(settings, "civil_registry", "a.csv", **stated, amount_total="0.00")
    write_file(settings, "civil_registry", "b.csv", **stated)
    assert take("civil_registry") == {"a.csv": ("rejected", "MANIFEST_INVALID"), "b.csv": ("loaded", "")}


def test_message_about_a_manifest_is_short_and_on_one_line(take, settings, warehouse):
    write_file(settings, "tax", "a.csv", **vouchers(voucher()), **{"a\nb": "c" * 9999})
    write_file(settings, "tax", "b.csv", **{**vouchers(voucher()), "division": "\n" * 9999})
    take()
    for (message,) in rows_of(warehouse, "select message from ops.files"):
        assert "\n" not in message
        assert 10 < len(message) <= 500


def _zip_that_leads_out(content: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("../v.csv", content)
    return target.getvalue()


def test_file_with_two_faults_gets_the_reason_of_the_first_check(take, settings, warehouse):
    write_site(settings, senders=[("tax", "tax-voucher-csv/1", COUNTY, "00" * 32)])
    loaded = vouchers(voucher())
    write_file(settings, "tax", "loaded.csv", **loaded)
    take()

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
    assert {name.removesuffix(".csv"): reason for name, (_, reason) in take().items() if reason} == {
        reason: reason for reason in cases
    }
    # A slot that was taken in a later month is taken also when an earlier one is run again.
    write_file(settings, "tax", "late.csv", **{**other(), "amount_total": "0.08"})
    assert take(month="2024-05")["late.csv"] == ("rejected", "SLOT_TAKEN")


def test_file_that_replaces_is_refused_when_the_older_was_superseded_and_once_refused(take, settings):
    older = vouchers(voucher())
    sha256 = hashlib.sha256(older["content"]).hexdigest()
    write_file(settings, "tax", "a.csv", **older)
    write_file(settings, "tax", "b.csv", **vouchers(voucher(amount="7.00")), replaces=sha256)
    take()
    write_file(settings, "tax", "again.csv", **older)
    assert take()["again.csv"] == ("rejected", "SLOT_TAKEN")
    write_file(settings, "tax", "c.csv", **vouchers(voucher(amount="8.00")), replaces=sha256)
    assert take()["c.csv"] == ("rejected", "REPLACES_UNKNOWN")


def test_held_file_that_is_replaced_accounts_for_its_rows(take, settings, warehouse):
    bad = vouchers(*[voucher(collected_on="") for _ in range(3)])
    write_file(settings, "tax", "a.csv", **bad)
    assert take() == {"a.csv": ("held", "TOO_MANY_REFUSED")}
    good = vouchers(voucher())
    write_file(settings, "tax", "b.csv", **good, replaces=hashlib.sha256(bad["content"]).hexdigest())
    assert take() == {"a.csv": ("superseded", ""), "b.csv": ("loaded", "")}
    assert rows_of(
        warehouse,
        "select name, rows_declared - rows_loaded - rows_quarantined - rows_repeated,"
        " amount_declared - amount_loaded - amount_quarantined - coalesce(amount_repeated, 0)"
        " from ops.files order by name",
    ) == [("a.csv", 0, 0), ("b.csv", 0, 0)]


def test_file_is_refused_when_its_bytes_are_not_those_described(take, settings):
    path = write_file(settings, "tax", "v.csv", **vouchers(voucher()))
    path.write_bytes(path.read_bytes() + b"\n")
    assert take() == {"v.csv": ("rejected", "SHA256_MISMATCH")}


def test_file_waits_for_its_manifest_and_then_loads(take, settings, warehouse):
    content = vouchers(voucher())
    write_file(settings, "tax", "v.csv", content["content"], manifest=False)
    assert take() == {"v.csv": ("waiting", "")}
    write_file(settings, "tax", "v.csv", **content)
    assert take() == {"v.csv": ("loaded", "")}
    assert rows_of(warehouse, "select count(*) from ops.files") == [(1,)]


def test_file_waits_for_its_data(take, settings):
    path = write_file(settings, "tax", "v.csv", **vouchers(voucher()))
    path.unlink()
    assert take() == {"v.csv": ("waiting", "")}


def test_file_is_a_duplicate_when_the_same_bytes_come_under_another_name(take, settings, warehouse):
    content = vouchers(voucher())
    write_file(settings, "tax", "a.csv", **content)
    write_file(settings, "tax", "b.csv", **{**content, "sequence": 2})
    assert take() == {"a.csv": ("loaded", ""), "b.csv": ("duplicate", "DUPLICATE_FILE")}
    assert rows_of(
        warehouse,
        "select first.name from ops.files as f join ops.files as first on first.file_id = f.duplicate_of",
    ) == [("a.csv",)]


def test_files_without_rows_are_no_duplicates_when_they_are_for_different_counties(take, settings):
    write_file(settings, "tax", "a.csv", **vouchers())
    write_file(settings, "tax", "b.csv", **{**vouchers(), "division": COUNTY})
    assert take() == {"a.csv": ("loaded", ""), "b.csv": ("loaded", "")}


def test_file_is_refused_when_its_slot_is_taken(take, settings):
    write_file(settings, "tax", "a.csv", **vouchers(voucher()))
    write_file(settings, "tax", "b.csv", **vouchers(voucher(amount="7.00")))
    assert take() == {"a.csv": ("loaded", ""), "b.csv": ("rejected", "SLOT_TAKEN")}


def test_file_that_replaces_supersedes_the_older_and_counts_alone(take, settings, warehouse):
    older = vouchers(voucher())
    newer = vouchers(voucher(amount="7.00"))
    write_file(settings, "tax", "b.csv", **older)
    write_file(settings, "tax", "a.csv", **newer, replaces=hashlib.sha256(older["content"]).hexdigest())
    assert take() == {"b.csv": ("superseded", ""), "a.csv": ("loaded", "")}
    assert rows_of(
        warehouse,
        "select v.amount from landing.tax__voucher as v join ops.files as f on f.file_id = v._file_id"
        " where f.state = 'loaded'",
    ) == [("7.00",)]
    again = vouchers(voucher(amount="8.00"))
    write_file(settings, "tax", "c.csv", **again, replaces=hashlib.sha256(older["content"]).hexdigest())
    assert take()["c.csv"] == ("rejected", "REPLACES_UNKNOWN")


def test_file_that_replaces_a_refused_one_loads(take, settings):
    wrong = {**vouchers(voucher()), "rows": 2}
    write_file(settings, "tax", "a.csv", **wrong)
    right = vouchers(voucher(), voucher())
    write_file(settings, "tax", "b.csv", **right, replaces=hashlib.sha256(wrong["content"]).hexdigest())
    assert take() == {"a.csv": ("rejected", "ROWS_MISMATCH"), "b.csv": ("loaded", "")}


def test_file_is_refused_when_it_replaces_an_unknown_one(take, settings):
    write_file(settings, "tax", "a.csv", **vouchers(voucher()), replaces="0" * 64)
    assert take() == {"a.csv": ("rejected", "REPLACES_UNKNOWN")}


def test_file_is_held_until_its_month_is_run(take, settings):
    write_file(settings, "tax", "a.csv", **{**vouchers(voucher()), "month": "2024-07"})
    assert take() == {"a.csv": ("held", "FUTURE_MONTH")}
    assert take() == {"a.csv": ("held", "FUTURE_MONTH")}
    assert take(month="2024-07") == {"a.csv": ("loaded", "")}


def test_file_is_held_until_the_sequence_before_it_is_loaded(take, settings):
    write_file(settings, "tax", "b.csv", **{**vouchers(voucher()), "sequence": 2})
    assert take() == {"b.csv": ("held", "SEQUENCE_GAP")}
    bad = {**vouchers(voucher(amount="7.00")), "rows": 9}
    write_file(settings, "tax", "a.csv", **bad)
    assert take() == {"a.csv": ("rejected", "ROWS_MISMATCH"), "b.csv": ("held", "SEQUENCE_GAP")}
    good = vouchers(voucher(amount="8.00"))
    write_file(settings, "tax", "c.csv", **good, replaces=hashlib.sha256(bad["content"]).hexdigest())
    assert take() == {
        "a.csv": ("rejected", "ROWS_MISMATCH"), "b.csv": ("loaded", ""), "c.csv": ("loaded", ""),
    }  # fmt: skip


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


def test_file_is_refused_whole_when_its_content_is_wrong(take, settings, warehouse):
    for number, (content, stated, _) in enumerate(WRONG_CONTENT):
        said = {**vouchers(voucher()), "content": content, **stated}
        write_file(settings, "tax", f"{number}.csv", **said)
    expected = {f"{number}.csv": ("rejected", reason) for number, (_, _, reason) in enumerate(WRONG_CONTENT)}
    assert take() == expected
    assert rows_of(warehouse, "select count(*) from landing.tax__voucher") == [(0,)]
    assert rows_of(warehouse, "select count(*) from quarantine.rows") == [(0,)]


def test_file_is_held_and_nothing_loaded_when_too_many_rows_would_be_refused(take, settings, warehouse):
    rows = [voucher(amount="1.00") for _ in range(100)]
    rows += [voucher(amount="0.00", collected_on="") for _ in range(2)]
    write_file(settings, "tax", "v.csv", **vouchers(*rows))
    assert take() == {"v.csv": ("held", "TOO_MANY_REFUSED")}
    assert rows_of(warehouse, "select count(*) from landing.tax__voucher") == [(0,)]
    assert "MISSING_REQUIRED 2" in rows_of(warehouse, "select message from ops.files")[0][0]


def test_file_is_held_when_more_than_a_hundredth_of_its_money_would_be_refused(take, settings):
    files = [("1.00", "100.00"), ("1.01", "100.01"), ("NaN", "100.01")]
    for number, (amount, total) in enumerate(files, start=1):
        rows = [voucher(amount="99.00"), voucher(amount=amount, collected_on="20240231")]
        stated = {"amount_total": total, "sequence": number}
        write_file(settings, "tax", f"{amount}.csv", **{**vouchers(*rows), **stated})
    held = ("held", "TOO_MANY_REFUSED")
    assert take() == {"1.00.csv": ("loaded", ""), "1.01.csv": held, "NaN.csv": held}


def test_file_counts_add_up_when_rows_are_refused_and_repeated(take, settings, warehouse):
    same = voucher(amount="5.00")
    rows = [voucher(amount="10.00") for _ in range(150)]
    rows += [same, same, voucher(amount="1_000", collected_on="today")]
    stated = vouchers(*rows)
    write_file(settings, "tax", "v.csv", **{**stated, "amount_total": "1511.23"})
    assert take() == {"v.csv": ("loaded", "")}
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


def test_file_rows_are_both_refused_when_their_key_is_the_same_and_they_differ(take, settings, warehouse):
    rows = [voucher(amount="100.00") for _ in range(300)]
    rows += [voucher(voucher_no="twice", amount="0.50"), voucher(voucher_no=" twice", amount="0.25")]
    write_file(settings, "tax", "v.csv", **vouchers(*rows))
    assert take() == {"v.csv": ("loaded", "")}
    assert rows_of(warehouse, "select line, reasons from quarantine.rows order by line") == [
        (302, ["DUPLICATE_IN_FILE"]), (303, ["DUPLICATE_IN_FILE"]),
    ]  # fmt: skip


def test_file_is_normalised_when_columns_move_and_windows_wrote_it(take, settings, warehouse):
    stated = vouchers(voucher(taxpayer_name='a "b",\n电'))
    lines = stated["content"].decode()
    header, _, rest = lines.partition("\n")
    moved = ("extra," + header + "\r\n" + "x," + rest.replace("\n", "\r\n", 2)).removesuffix("\r\n")
    content = b"\xef\xbb\xbf" + moved.encode()
    write_file(settings, "tax", "v.csv", **{**stated, "content": content})
    assert take() == {"v.csv": ("loaded", "")}
    assert rows_of(warehouse, "select normalised_count from ops.files") == [(3,)]
    assert rows_of(warehouse, "select taxpayer_name, _row from landing.tax__voucher") == [('a "b",\r\n电', 2)]


def test_file_in_gb18030_lands_as_text(take, settings, warehouse):
    write_file(settings, "tax", "v.csv", **vouchers(voucher(taxpayer_name="㐀电𠀀"), encoding="gb18030"))
    assert take() == {"v.csv": ("loaded", "")}
    assert rows_of(warehouse, "select taxpayer_name from landing.tax__voucher") == [("㐀电𠀀",)]


def test_treasury_receipts_load_beside_the_vouchers_of_the_month(take, settings, warehouse):
    write_file(settings, "tax", "v.csv", **vouchers(voucher()))
    write_file(settings, "tax", "r.csv", **receipts(("r1", "v1", "110", "100.00", "20240630", "", COUNTY)))
    assert take() == {"v.csv": ("loaded", ""), "r.csv": ("loaded", "")}
    assert rows_of(warehouse, "select receipt_no, amount from landing.tax__treasury_receipt") == [
        ("r1", "100.00")
    ]


def test_signed_file_loads_and_an_unsigned_one_is_refused_when_a_key_is_configured(take, settings):
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw().hex()
    write_site(settings, senders=[("tax", "tax-voucher-csv/1", "", public)])
    path = write_file(settings, "tax", "a.csv", **vouchers(voucher()))
    beside = path.with_name("a.csv.manifest.json")
    said = json.loads(beside.read_text())
    covered = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    beside.write_text(json.dumps({**said, "signature": key.sign(covered).hex()}))
    path = write_file(settings, "tax", "d.csv", **{**vouchers(voucher(amount="4.00")), "sequence": 2})
    beside = path.with_name("d.csv.manifest.json")
    said = json.loads(beside.read_text())
    as_it_stands = base64.b64encode(key.sign(json.dumps(said).encode())).decode()
    beside.write_text(json.dumps({**said, "signature": as_it_stands}))
    write_file(settings, "tax", "b.csv", **{**vouchers(voucher(amount="1.00")), "sequence": 2})
    forged = {**vouchers(voucher(amount="2.00")), "sequence": 2, "signature": key.sign(b"x").hex()}
    write_file(settings, "tax", "c.csv", **forged)
    assert take() == {
        "a.csv": ("loaded", ""),
        "b.csv": ("rejected", "SIGNATURE_INVALID"),
        "c.csv": ("rejected", "SIGNATURE_INVALID"),
        "d.csv": ("loaded", ""),
    }


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
