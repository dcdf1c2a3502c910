"""Readers and the validation of rows: any bytes give records or one reason, in whatever pieces they come."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import suppress
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.files import reasons, records
from ingestion.files.formats import FORMATS
from ingestion.files.readers import pieces, reader_of
from ingestion.files.records import Columns
from ingestion.files.validation.content import Examination

RECEIPTS = FORMATS["treasury-receipt-csv/1"]
HEADER = "receipt_no,voucher_no,scheme,amount,received_on,transferred_on,division\n"
ROW = "r1,v1,110,1.00,20240601,,230602\n"

PIECES = (
    HEADER, ROW, "\n", "\r\n", "\r", '"', '""', ",", "\x00", "\\", "\t", "{", "}", '{"id": "1"}', "电",
    '"a,b",', '"a""b",', '"a\nb",', "x" * 160,
)  # fmt: skip
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=5)).map("".join)


@pytest.fixture(autouse=True, scope="module")
def _small_pieces() -> Iterator[None]:
    """Cut files into pieces of a few lines, so that small ones meet every border."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pieces, "_FIRST_BYTES", len(HEADER))
        patch.setattr(pieces, "PIECE_BYTES", 100)
        yield


def examined(text: str, folder, *, form=RECEIPTS) -> tuple[Examination, list[tuple[int, tuple[str, ...]]]]:
    manifest = SimpleNamespace(encoding="utf-8", rows=0, amount_cents=0)
    with Examination(
        io.BytesIO(text.encode()),
        form=form,
        manifest=manifest,
        is_scheme=lambda code: code == "110",
        scratch=folder,
    ) as examination:
        for _ in examination.landing_rows(file_id="f"):
            pass
        return examination, [(record.line, record.reasons) for record in examination.quarantine]


@pytest.mark.parametrize("name", sorted(FORMATS))
@given(text=texts)
def test_file_is_validated_or_rejected_whatever_the_bytes_are(name, text, tmp_path_factory):
    try:
        examination, quarantined = examined(text, tmp_path_factory.getbasetemp(), form=FORMATS[name])
    except reasons.CheckFailedError:
        return
    assert examination.totals.quarantined == len(quarantined)
    assert all(reasons_of_row for _, reasons_of_row in quarantined)


def is_well_quoted(record: str) -> bool:
    """Return whether quotes stand where RFC 4180 has them, character by character."""
    state = "start"
    for character in record:
        if state == "quoted":
            state = "closed" if character == '"' else "quoted"
        elif character == '"':
            if state == "plain":
                return False
            state = "quoted"
        elif character == ",":
            state = "start"
        elif state == "closed":
            return False
        else:
            state = "plain"
    return state != "quoted"


def read_plainly(text: str) -> list[tuple[int, list[str] | None]]:
    """Read CSV with Python's module alone: the line each row begins on, and its fields."""
    lines = list(io.StringIO(text, newline=""))
    rows = csv.reader(iter(lines), strict=True)
    next(rows)
    records = []
    while True:
        begins = rows.line_num + 1
        try:
            row = next(rows)
        except StopIteration:
            return records
        except csv.Error as error:
            if "unexpected end" in str(error):
                raise
            row = None
        record = "".join(lines[begins - 1 : rows.line_num]).rstrip("\r\n")
        is_good = row is not None and len(row) == len(RECEIPTS.names) and is_well_quoted(record)
        if row != []:
            records.append((begins, row if is_good else None))


def read_in_pieces(text: str) -> list[tuple[int, list[str] | None]]:
    rows = []
    for batch in reader_of(io.BytesIO(text.encode()), form=RECEIPTS, encoding="utf-8"):
        is_columns = isinstance(batch, Columns)
        records = batch.records(np.arange(len(batch.lines))) if is_columns else batch
        rows += [
            (record.line, None if record.values is None else list(record.values.values()))
            for record in records
        ]
    return sorted(rows, key=lambda row: row[0])


# A file's end mark, 0x1A, is dropped before anything is read.
SHORT = st.text(st.characters(codec="utf-8", exclude_characters="\x1a"), max_size=5)


@given(rows=st.lists(st.sampled_from([ROW, ROW, ROW, *PIECES[2:]]) | SHORT).map("".join))
def test_csv_in_pieces_reads_as_python_reads_the_whole(rows):
    text = HEADER + rows
    try:
        plain = read_plainly(text)
    except csv.Error:
        plain = reasons.TRUNCATED
    try:
        ours = read_in_pieces(text)
    except reasons.CheckFailedError as quarantined:
        ours = quarantined.verdict.reason
        if plain != reasons.TRUNCATED:  # the last row is short and has no line break
            assert plain[-1][1] is None
            assert not text.endswith(("\n", "\r"))
            return
    assert ours == plain


def test_regular_lines_are_read_as_columns():
    text = (HEADER + ROW * 20 + '"r,2","v""1",110,1.00,20240601,,230602\n' * 20).encode()
    batches = list(reader_of(io.BytesIO(text), form=RECEIPTS, encoding="utf-8"))
    columns = [batch for batch in batches if isinstance(batch, Columns)]
    assert sum(len(batch.lines) for batch in columns) == 40


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ROW, []),
        (ROW.removesuffix("\n"), []),
        ('"r1"x,v1,110,1.00,20240601,,230602\n' + ROW, [(2, ("WRONG_FIELD_COUNT",))]),
        ('r"1,v1,110,1.00,20240601,,230602\n' + ROW, [(2, ("WRONG_FIELD_COUNT",))]),
        (' "r0",v1,110,1.00,20240601,,230602\n' + ROW, [(2, ("WRONG_FIELD_COUNT",))]),
        ("r0,v1,110,1.00,20240601,,230602,\n" + ROW, [(2, ("WRONG_FIELD_COUNT",))]),
        ("r0,v1,11,1e5,today,x,230602\n", [(2, ("BAD_DATE", "BAD_AMOUNT", "BAD_CODE"))]),
        ("r0,v1,110, 1.00,20240601,,230602\n", [(2, ("BAD_AMOUNT",))]),
        (" N/A ,v1,110,1.00,20240601,,\u3000\n", [(2, ("MISSING_REQUIRED",))]),
        ("r\x000,v1,110,1.00,20240601,,230602\n", [(2, ("BAD_CODE",))]),
        (" " * 300 + "r0,v1,110,1.00,20240601,," + "x" * 201 + "\n", [(2, ("TOO_LONG",))]),
        ("电" * 201 + ",v1,110,1.00,20240601,,230602\n", [(2, ("TOO_LONG",))]),
        ("电" * 200 + ",v1,110,1.00,20240601,,230602\n", []),
        ('"a\nb",v1,110,1.00,20240601,,230602\nr2,v1,110,x,20240601,,230602\n', [(4, ("BAD_AMOUNT",))]),
        ("\n" + ROW + "\n\nr2,v1,110,x,20240601,,230602\n", [(6, ("BAD_AMOUNT",))]),
    ],
)
@pytest.mark.parametrize("before", [0, 3])
def test_row_is_quarantined_with_its_line_and_its_reasons_in_order(text, expected, before, tmp_path):
    _, quarantined = examined(HEADER + ROW * before + text, tmp_path)
    assert quarantined == [(line + before, row_reasons) for line, row_reasons in expected]


def test_row_quarantined_twice_alike_is_quarantined_twice(tmp_path):
    bad = ROW.replace("1.00", "x")
    assert examined(HEADER + bad + bad, tmp_path)[1] == [(2, ("BAD_AMOUNT",)), (3, ("BAD_AMOUNT",))]


@given(
    amounts=st.lists(
        st.from_regex(r"-?[0-9]{1,12}(\.[0-9]{0,3})?", fullmatch=True) | st.text(max_size=3), max_size=30
    )
)
def test_amounts_add_up_the_same_by_column_as_by_row(amounts, tmp_path_factory):
    written = [amount for amount in amounts if not set(amount) & set(',"\r\n\0')]
    text = HEADER + ROW * 2 + "".join(ROW.replace("1.00", amount) for amount in written)
    totals = examined(text, tmp_path_factory.getbasetemp())[0].totals
    values = [RECEIPTS.cents_of({"amount": amount}) for amount in ["1.00", "1.00", *written]]
    good = [value for value in values if value is not None]
    assert (totals.loaded, totals.loaded_cents) == (len(good), sum(good))
    assert totals.absolute_cents == sum(map(abs, good))
    assert totals.all_parse == (None not in values)


@pytest.mark.parametrize("length", [60, 130, 260, 1_000, 5_000])
def test_line_longer_than_any_is_refused_alone(length):
    lines = ["{}", '{"id": "%s"}' % ("x" * length), '{"id": "2"}', '{"id": "3"}']
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pieces, "LONGEST_LINE", 50)
        patch.setattr(pieces, "_FIRST_BYTES", 5)
        content = io.BytesIO("".join(f"{line}\n" for line in lines).encode())
        reader = reader_of(content, form=FORMATS["death-certificate-jsonl/1"], encoding="utf-8")
        rows = [
            (record.line, record.fault, (record.values or {}).get("source_event_id"))
            for batch in reader
            for record in batch
        ]
    assert [rows[0], *rows[2:]] == [(1, "", None), (3, "", "2"), (4, "", "3")]
    assert rows[1][:2] in ((2, "TOO_LONG"), (2, ""))
    assert length < 1_000 or rows[1][1] == "TOO_LONG"


@pytest.mark.parametrize(
    ("name", "line"),
    [("death-certificate-jsonl/1", '{"id": "%s"}'), ("police-fixed/1", "%s"),
     ("mt940/1", ":61:2406200620C1,00NTRFX\n:86:%s")],
)  # fmt: skip
def test_records_are_passed_on_in_batches_that_memory_holds(name, line):
    text = ":20:a\n:25:b\n" * (name == "mt940/1") + (line % ("x" * 9_000) + "\n") * 200
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(records, "HEAVIEST", 100_000)
        batches = []
        # A statement without balances, a last record that is short.
        with suppress(reasons.CheckFailedError):
            for batch in reader_of(io.BytesIO(text.encode()), form=FORMATS[name], encoding="utf-8"):
                batches += [sum(len(record.raw) for record in batch)]
    assert len(batches) > 5
    assert max(batches) < 120_000
