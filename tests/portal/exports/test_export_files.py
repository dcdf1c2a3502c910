"""Files of lists: no text is computed, numbers stay numbers, memory does not grow with the rows."""

from __future__ import annotations

import csv
import io
import tracemalloc
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from portal.exports.cells import written
from portal.exports.files import csv_pieces, xlsx_pieces

COLUMNS = ["name", "amount", "count"]
DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", "＋1", "－1", "＠x", "\t=1", "\r=1", "\n=1", "\0=1"]


def _read_csv(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    text = content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def test_rows_are_read_before_the_first_piece_is_sent() -> None:
    """A client that pauses then holds up no transaction."""
    rows = ({"name": "x" * 100, "amount": Decimal(1), "count": 1} for _ in range(20_000))
    pieces = csv_pieces(COLUMNS, rows)
    assert len(next(pieces)) == 64 * 2**10
    assert next(rows, None) is None


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_text_that_would_be_computed_gets_an_apostrophe(text: str) -> None:
    assert written(text) == f"'{text}"
    rows = [{"name": text, "amount": Decimal("-0.57"), "count": -3}]
    lines = _read_csv(b"".join(csv_pieces(COLUMNS, rows)))
    assert lines[1][0].startswith("'")
    assert lines[1][1:] == ["-0.57", "-3"]
    sheet = load_workbook(io.BytesIO(b"".join(xlsx_pieces(COLUMNS, rows)))).active
    assert (sheet["A2"].data_type, sheet["A2"].value[0]) == ("s", "'")
    assert (sheet["B2"].data_type, sheet["B2"].value, sheet["C2"].value) == ("n", -0.57, -3)
    assert sheet.freeze_panes == "A2"


@given(text=st.text(max_size=40))
def test_no_text_begins_with_what_is_computed(text: str) -> None:
    cell_text = written(text)
    assert cell_text in (text, f"'{text}")
    assert not cell_text.startswith(tuple("=+-@＝＋－＠\t\r\n\0"))


def test_lines_end_in_cr_lf_and_null_is_nothing() -> None:
    content = b"".join(csv_pieces(COLUMNS, [{"name": "甲,乙", "amount": None, "count": 0}]))
    assert content == '﻿name,amount,count\r\n"甲,乙",,0\r\n'.encode()


def test_a_number_of_many_digits_keeps_them_as_text() -> None:
    rows = [{"name": "http://x/", "amount": Decimal("12345678901234.56"), "count": None}]
    sheet = load_workbook(io.BytesIO(b"".join(xlsx_pieces(COLUMNS, rows)))).active
    assert (sheet["B2"].data_type, sheet["B2"].value) == ("s", "12345678901234.56")
    assert (sheet["A2"].data_type, sheet["A2"].hyperlink) == ("s", None)


@pytest.mark.parametrize("pieces", [csv_pieces, xlsx_pieces])
def test_memory_does_not_grow_with_the_rows(pieces: object) -> None:
    def most(count: int) -> int:
        rows = ({"name": f"row {line}", "amount": Decimal(line), "count": line} for line in range(count))
        tracemalloc.start()
        for _ in pieces(COLUMNS, rows):  # type: ignore[operator]
            pass
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak

    few = most(1000)
    assert most(20_000) < few + 2**21
