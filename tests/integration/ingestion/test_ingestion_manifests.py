"""Manifests: which are rejected, and how a file waits for its half."""

from __future__ import annotations

import base64
import json

import pytest

from tests.integration.ingestion.support import (
    rows_of,
    voucher,
    vouchers,
    write_file,
    write_site,
)


@pytest.fixture(autouse=True)
def _site(settings):
    write_site(settings, code_map=[("tax", "scheme", "11", "110", "2024-01", "")])


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


def test_file_is_rejected_when_its_manifest_is_not_of_the_shape(ingest, settings, warehouse):
    for number, stated in enumerate(WRONG_MANIFESTS):
        write_file(settings, "tax", f"{number}.csv", **{**vouchers(voucher()), **stated})
    states = ingest()
    assert len(states) == len(WRONG_MANIFESTS)
    assert set(states.values()) == {("rejected", "MANIFEST_INVALID")}
    assert rows_of(warehouse, "select count(*) from landing.tax__voucher") == [(0,)]


def test_file_is_rejected_when_its_manifest_is_not_json_of_an_object(ingest, settings):
    for number, text in enumerate(NOT_MANIFESTS):
        path = write_file(settings, "tax", f"{number}.csv", **vouchers(voucher()))
        path.with_name(f"{number}.csv.manifest.json").write_text(text)
    states = ingest()
    assert len(states) == len(NOT_MANIFESTS)
    assert set(states.values()) == {("rejected", "MANIFEST_INVALID")}


def test_file_is_rejected_when_its_manifest_lacks_a_key(ingest, settings):
    for key in (*KEYS, "created_at"):
        path = write_file(settings, "tax", f"{key}.csv", **vouchers(voucher()))
        beside = path.with_name(f"{key}.csv.manifest.json")
        stated = {name: value for name, value in json.loads(beside.read_text()).items() if name != key}
        beside.write_text(json.dumps(stated))
    states = ingest()
    assert len(states) == len(KEYS) + 1
    assert set(states.values()) == {("rejected", "MANIFEST_INVALID")}


def test_file_is_rejected_when_it_states_a_total_its_format_does_not_have(ingest, settings):
    content = (
        b"source_event_id,event_type,name,sex,id_number,birth_date,death_date,cremated_on,certificate_no,"
        b"division\n"
    )
    stated = {"content": content, "format": "cremation-csv/1", "rows": 0}
    write_file(settings, "civil_registry", "a.csv", **stated, amount_total="0.00")
    write_file(settings, "civil_registry", "b.csv", **stated)
    assert ingest("civil_registry") == {
        "a.csv": ("rejected", "MANIFEST_INVALID"),
        "b.csv": ("loaded", ""),
    }


def test_message_about_a_manifest_is_short_and_on_one_line(ingest, settings, warehouse):
    write_file(settings, "tax", "a.csv", **vouchers(voucher()), **{"a\nb": "c" * 9999})
    write_file(settings, "tax", "b.csv", **{**vouchers(voucher()), "division": "\n" * 9999})
    ingest()
    for (message,) in rows_of(warehouse, "select message from ops.files"):
        assert "\n" not in message
        assert 10 < len(message) <= 500


def test_file_is_rejected_when_its_bytes_are_not_those_described(ingest, settings):
    path = write_file(settings, "tax", "v.csv", **vouchers(voucher()))
    path.write_bytes(path.read_bytes() + b"\n")
    assert ingest() == {"v.csv": ("rejected", "SHA256_MISMATCH")}


def test_file_waits_for_its_manifest_and_then_loads(ingest, settings, warehouse):
    content = vouchers(voucher())
    write_file(settings, "tax", "v.csv", content["content"], manifest=False)
    assert ingest() == {"v.csv": ("waiting", "")}
    write_file(settings, "tax", "v.csv", **content)
    assert ingest() == {"v.csv": ("loaded", "")}
    assert rows_of(warehouse, "select count(*) from ops.files") == [(1,)]


def test_file_waits_for_its_data(ingest, settings):
    path = write_file(settings, "tax", "v.csv", **vouchers(voucher()))
    path.unlink()
    assert ingest() == {"v.csv": ("waiting", "")}


def test_signed_file_loads_and_an_unsigned_one_is_rejected_when_a_key_is_configured(ingest, settings):
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw().hex()
    write_site(settings, senders=[("tax", "tax-voucher-csv/1", "", public)])
    path = write_file(settings, "tax", "a.csv", **vouchers(voucher()))
    beside = path.with_name("a.csv.manifest.json")
    stated = json.loads(beside.read_text())
    covered = json.dumps(stated, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    beside.write_text(json.dumps({**stated, "signature": key.sign(covered).hex()}))
    path = write_file(settings, "tax", "d.csv", **{**vouchers(voucher(amount="4.00")), "sequence": 2})
    beside = path.with_name("d.csv.manifest.json")
    stated = json.loads(beside.read_text())
    as_it_stands = base64.b64encode(key.sign(json.dumps(stated).encode())).decode()
    beside.write_text(json.dumps({**stated, "signature": as_it_stands}))
    write_file(settings, "tax", "b.csv", **{**vouchers(voucher(amount="1.00")), "sequence": 2})
    forged = {**vouchers(voucher(amount="2.00")), "sequence": 2, "signature": key.sign(b"x").hex()}
    write_file(settings, "tax", "c.csv", **forged)
    assert ingest() == {
        "a.csv": ("loaded", ""),
        "b.csv": ("rejected", "SIGNATURE_INVALID"),
        "c.csv": ("rejected", "SIGNATURE_INVALID"),
        "d.csv": ("loaded", ""),
    }
