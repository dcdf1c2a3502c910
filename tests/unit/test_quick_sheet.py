"""A quick sheet is what xlsxwriter writes itself, to the byte."""

import io
from datetime import datetime

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from reporting.quick_sheet import QuickSheet

TEXTS = (
    "单位", "", " before", "after\n", 'a "b"', "a & b", "<r>rich</r>", "1 < 2", "_x0041_", "under_score",
    "\x07bell", "tab\tinside", "\ufffe", "\uffff", "𠮷", "=1+1", "\u3000wide",
)  # fmt: skip
NUMBERS = (0, 7, -1.5, 1234567.891, 0.1 + 0.2, 1e21)


def _workbook(kind: type[Worksheet]) -> bytes:
    target = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False}
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"created": datetime(2024, 6, 30)})  # noqa: DTZ001 (a property of the file)
        style = book.add_format({"bold": True})
        page = book.add_worksheet("page", worksheet_class=kind)
        for row, text in enumerate(TEXTS):
            page.write_string(row, 0, text, style)
            page.write_string(row, 70, text, style)
            page.write_string(row, 71, text)
            page.write_blank(row, 72, None, style)
        for row, number in enumerate(NUMBERS, start=len(TEXTS)):
            page.write_number(row, 1, number, style)
            page.write_number(row, 2, number)
    return target.getvalue()


def test_quick_sheet_is_what_xlsxwriter_writes_to_the_byte() -> None:
    assert _workbook(QuickSheet) == _workbook(Worksheet)
