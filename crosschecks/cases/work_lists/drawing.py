"""A county's work list as an Excel workbook: texts that can never be formulas, the same bytes each time."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime

import xlsxwriter
from xlsxwriter.workbook import Format, Workbook
from xlsxwriter.worksheet import Worksheet

from crosschecks.cases.work_lists.entries import Line, Pair, WorkList
from crosschecks.cases.work_lists.texts import WORK_LIST_TEXTS, WorkListTexts

HEADINGS = 6
"""Rows above the headings: title, month, summary, number of the list, what it holds, how to fill it in."""
_WIDTHS = (5, 25, 19, 17, 10, 20, 7, 16, 12, 6, 8, 12, 26)
_FINDING, _NOTE, _AMOUNT = 11, 12, 8
PAIR_HEADINGS = 5
"""Rows above the headings of pairs: title, month, summary, what it holds, what to do."""
_PAIR_WIDTHS = (5, 17, 10, 20, 17, 10, 20, 9, 50)
_SCORE = 7
# Points a line of text is high; columns that words leave empty at the end of a line.
_LINE, _SPARE = 14, 6
# In columns that are not read when the list returns.
_SIGNED = (2, 4, 7, 9)
_FONT = {"zh": "宋体", "en": "Calibri"}


def draw(work: WorkList, *, language: str) -> bytes:
    """Return the bytes of the workbook."""
    texts, target = WORK_LIST_TEXTS[language], io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, options) as book:
        created = datetime.combine(work.as_of, datetime.min.time())
        book.set_properties({"title": texts.title.format(division=work.names[language]), "created": created})
        styles = _styles(book, language)
        sheet = book.add_worksheet(texts.sheet)
        _lay_out(sheet, texts, widths=_WIDTHS, headings=HEADINGS, last=HEADINGS + len(work.lines) + 3)
        _write_head(sheet, work, texts, styles)
        for row, line in enumerate(work.lines, start=HEADINGS + 1):
            _write_line(sheet, row, line, texts, styles)
        last = HEADINGS + len(work.lines)
        if work.lines:
            words = list(texts.findings.values())
            validation = {"validate": "list", "source": words, "error_type": "information"}
            sheet.data_validation(HEADINGS + 1, _FINDING, last, _FINDING, validation)
            sheet.autofilter(HEADINGS, 0, last, len(texts.headings) - 1)
        colon = "：" if language == "zh" else ": "
        for place, who in zip(_SIGNED, texts.signatures, strict=True):
            sheet.write_string(last + 2, place, f"{who}{colon}____________", styles["plain"])
        if work.pairs:
            _write_pairs(book.add_worksheet(texts.pairs.sheet), work, texts, styles)
    return target.getvalue()


def _write_pairs(sheet: Worksheet, work: WorkList, texts: WorkListTexts, styles: dict[str, Format]) -> None:
    """Write the pairs to review; nothing on their sheet is read when the list returns."""
    words = texts.pairs
    _lay_out(sheet, texts, widths=_PAIR_WIDTHS, headings=PAIR_HEADINGS, last=PAIR_HEADINGS + len(work.pairs))
    sheet.set_row(0, 28)
    sheet.write_string(0, 0, words.title.format(division=work.names[texts.language]), styles["title"])
    month = texts.month.format(month=work.month, day=work.as_of.isoformat())
    notes = (month, words.summary.format(count=len(work.pairs)), texts.confidential)
    for row, text in enumerate((*notes, words.how), start=1):
        sheet.write_string(row, 0, text, styles["note" if text is words.how else "plain"])
    for column, heading in enumerate(words.headings):
        sheet.write_string(PAIR_HEADINGS, column, heading, styles["heading"])
    for row, pair in enumerate(work.pairs, start=PAIR_HEADINGS + 1):
        _write_pair(sheet, row, pair, texts.language, styles)


def _write_pair(sheet: Worksheet, row: int, pair: Pair, language: str, styles: dict[str, Format]) -> None:
    reasons = pair.reasons[language]
    places = sum(1 if letter.isascii() else 2 for letter in reasons)
    sheet.set_row(row, _LINE * max(1, -(-places // (_PAIR_WIDTHS[-1] - _SPARE))))
    sheet.write_number(row, 0, row - PAIR_HEADINGS, styles["count"])
    for column, text in enumerate((*pair.person, *pair.other), start=1):
        sheet.write_string(row, column, text, styles["text"])
    if pair.score is not None:
        sheet.write_number(row, _SCORE, float(pair.score), styles["score"])
    sheet.write_string(row, _SCORE + 1, reasons, styles["text"])


def _styles(book: Workbook, language: str) -> dict[str, Format]:
    # A text that looks like a formula stays one when somebody edits the cell: quotePrefix.
    base = {"font_name": _FONT[language], "font_size": 10, "valign": "vcenter", "quote_prefix": True}
    boxed = {**base, "border": 1, "valign": "top", "text_wrap": True}
    return {
        "title": book.add_format({**base, "font_size": 16, "bold": True}),
        "plain": book.add_format(base),
        "note": book.add_format({**base, "bold": True}),
        "heading": book.add_format({**boxed, "bold": True, "align": "center", "bg_color": "#EDEDED"}),
        "text": book.add_format(boxed),
        "count": book.add_format({**boxed, "quote_prefix": False, "num_format": "0"}),
        "amount": book.add_format({**boxed, "quote_prefix": False, "num_format": "#,##0.00"}),
        "score": book.add_format({**boxed, "quote_prefix": False, "num_format": "0.0000"}),
        "answer": book.add_format({**boxed, "bg_color": "#FFFBE6", "locked": False}),
    }


def _write_head(sheet: Worksheet, work: WorkList, texts: WorkListTexts, styles: dict[str, Format]) -> None:
    sheet.set_row(0, 28)
    sheet.write_string(0, 0, texts.title.format(division=work.names[texts.language]), styles["title"])
    lines = (
        texts.month.format(month=work.month, day=work.as_of.isoformat()),
        texts.summary.format(count=len(work.lines), amount=f"{work.amount:,.2f}"),
        texts.list_number.format(month=work.month, division=work.division),
        texts.confidential,
        texts.how,
    )
    for row, text in enumerate(lines, start=1):
        sheet.write_string(row, 0, text, styles["note" if row == len(lines) - 1 else "plain"])
    for column, heading in enumerate(texts.headings):
        sheet.write_string(HEADINGS, column, heading, styles["heading"])


def _write_line(
    sheet: Worksheet, row: int, line: Line, texts: WorkListTexts, styles: dict[str, Format]
) -> None:
    months = ""
    if line.first_month:
        months = texts.months.format(first=line.first_month, last=line.last_month, months=line.months)
    texts_of_line = (
        line.case_id, line.labels[texts.language], line.persons, line.name, line.number, line.scheme, months,
        None, line.match_class, texts.states.get(line.state, line.state),
    )  # fmt: skip
    sheet.set_row(row, 41)
    sheet.write_number(row, 0, row - HEADINGS, styles["count"])
    for column, text in enumerate(texts_of_line, start=1):
        if text is not None:
            sheet.write_string(row, column, text, styles["text"])
    sheet.write_number(row, _AMOUNT, float(line.amount), styles["amount"])
    for column in (_FINDING, _NOTE):
        sheet.write_blank(row, column, None, styles["answer"])


def _lay_out(
    sheet: Worksheet, texts: WorkListTexts, *, widths: Sequence[int], headings: int, last: int
) -> None:
    """Set columns and page; ``headings`` is the row that each page repeats, ``last`` the last to print."""
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(headings + 1, 2)
    sheet.repeat_rows(headings)
    sheet.print_area(0, 0, last, len(widths) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C" + texts.page.format(page="&P", pages="&N"))
