"""Readers and the judging of rows: any bytes give records or one reason, never anything else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.files import reasons
from ingestion.files.formats import FORMATS
from ingestion.files.readers import read
from ingestion.files.rows import judge

RECEIPTS = FORMATS["treasury-receipt-csv/1"]
HEADER = "receipt_no,voucher_no,scheme,amount,received_on,transferred_on,division\n"
ROW = "r1,v1,110,1.00,20240601,,230602\n"

PIECES = (HEADER, ROW, "\n", "\r\n", '"', ",", "\x00", "{", "}", '{"id": "1"}', "电", "x" * 160, "\\")
pieces = st.lists(st.sampled_from(PIECES) | st.text(max_size=5)).map("".join)


def reasons_of(text: str) -> list[tuple[int, tuple[str, ...]]]:
    content = read((HEADER + text).encode(), form=RECEIPTS, encoding="utf-8", rows=1)
    judged = judge(content.records, form=RECEIPTS, is_scheme=lambda code: code == "110")
    return [(one.line, one.reasons) for one in judged.refused]


@pytest.mark.parametrize("name", sorted(FORMATS))
@given(text=pieces)
def test_reader_gives_records_or_a_reason_whatever_the_bytes_are(name, text):
    form, content = FORMATS[name], text.encode()
    try:
        found = read(content, form=form, encoding="utf-8", rows=1)
    except reasons.RefusedError:
        return
    judged = judge(found.records, form=form, is_scheme=lambda _code: True)
    assert judged.rows == len(found.records)
    assert all(one.reasons for one in judged.refused)
    assert "\x00" not in "".join(one.raw for one in judged.refused)
    landed = [row for landing in form.lands(judged.accepted) for row in landing.rows]
    assert len(landed) >= len(judged.accepted)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ROW, []),
        (ROW.removesuffix("\n"), []),
        ('"r1"x,v1,110,1.00,20240601,,230602\n' + ROW, [(2, ("WRONG_FIELD_COUNT",))]),
        ("r0,v1,110,1.00,20240601,,230602,\n" + ROW, [(2, ("WRONG_FIELD_COUNT",))]),
        ("r0,v1,11,1e5,today,x,230602\n", [(2, ("BAD_DATE", "BAD_AMOUNT", "BAD_CODE"))]),
        ("r0,v1,110, 1.00,20240601,,230602\n", [(2, ("BAD_AMOUNT",))]),
        (" N/A ,v1,110,1.00,20240601,,\u3000\n", [(2, ("MISSING_REQUIRED",))]),
        ("r\x000,v1,110,1.00,20240601,,230602\n", [(2, ("BAD_CODE",))]),
        (" " * 300 + "r0,v1,110,1.00,20240601,," + "x" * 201 + "\n", [(2, ("TOO_LONG",))]),
        ('"a\nb",v1,110,1.00,20240601,,230602\nr2,v1,110,x,20240601,,230602\n', [(4, ("BAD_AMOUNT",))]),
        ("\n" + ROW + "\n\nr2,v1,110,x,20240601,,230602\n", [(6, ("BAD_AMOUNT",))]),
    ],
)
def test_row_is_refused_with_its_line_and_its_reasons_in_order(text, expected):
    assert reasons_of(text) == expected


def test_row_refused_twice_alike_is_refused_twice():
    bad = ROW.replace("1.00", "x")
    assert reasons_of(bad + bad) == [(2, ("BAD_AMOUNT",)), (3, ("BAD_AMOUNT",))]


def test_row_that_shares_its_key_with_a_bad_one_is_refused_too():
    assert reasons_of(ROW + ROW.replace("1.00", "x")) == [
        (2, ("DUPLICATE_IN_FILE",)), (3, ("BAD_AMOUNT", "DUPLICATE_IN_FILE")),
    ]  # fmt: skip
