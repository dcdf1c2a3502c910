"""Rows as a file, row by row: memory does not grow with them."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import xlsxwriter

from portal.exports.cells import printable, written

FORMATS = ("csv", "xlsx")
MEDIA_TYPES: Mapping[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MOST_ROWS = 500_000
_BOM = b"\xef\xbb\xbf"
_PIECE = 64 * 2**10
_SPOOLED = 2**20
# Digits that a number of a workbook holds; what has more stays text, to the last digit.
_DIGITS = 15
_LONGEST_CELL = 32_767


def csv_pieces(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """Yield rows as CSV: UTF-8 with a BOM, lines end in CR LF.

    All rows are read, into a file beyond the first MiB, before the first piece is given: a client that pauses
    holds up no transaction.
    """
    with tempfile.SpooledTemporaryFile(max_size=_SPOOLED) as file:
        for piece in _csv_written(columns, rows):
            file.write(piece)
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece


def _csv_written(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    yield _BOM
    writer.writerow(columns)
    for row in rows:
        writer.writerow([written(row[name]) for name in columns])
        if text.tell() >= _PIECE:
            yield _taken(text)
    yield _taken(text)


def xlsx_pieces(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """Yield rows as a workbook of one sheet, its header frozen; written to disk first, row by row.

    A number is a number unless it has more digits than a workbook keeps; a text is never a formula or link.
    """
    with tempfile.SpooledTemporaryFile(max_size=_SPOOLED) as file:
        options = {
            "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
            "strings_to_numbers": False, "in_memory": False,
        }  # fmt: skip
        with xlsxwriter.Workbook(file, options) as book:
            sheet = book.add_worksheet()
            sheet.freeze_panes(1, 0)
            bold = book.add_format({"bold": True})
            for place, name in enumerate(columns):
                sheet.write_string(0, place, name, bold)
            for line, row in enumerate(rows, 1):
                for place, name in enumerate(columns):
                    _write(sheet, line, place, row[name])
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece


def _taken(text: io.StringIO) -> bytes:
    piece = text.getvalue().encode()
    text.seek(0)
    text.truncate()
    return piece


def _write(sheet: Any, line: int, place: int, value: object) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(line, place, value)
    elif isinstance(value, int | Decimal) and _fits(value):
        sheet.write_number(line, place, value)
    else:
        sheet.write_string(line, place, printable(written(value))[:_LONGEST_CELL])


def _fits(value: int | Decimal) -> bool:
    return len(Decimal(value).normalize().as_tuple().digits) <= _DIGITS
