"""A county's error list as an Excel workbook: texts that can never be formulas, the same bytes each time."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import xlsxwriter
from xlsxwriter.workbook import Format, Workbook
from xlsxwriter.worksheet import Worksheet

from reporting.error_lists.issue import KEY_COLUMNS, Issue
from reporting.error_lists.texts import ERROR_LIST_TEXTS, ErrorListTexts
from reporting.formatting import NOTHING
from reporting.texts import month_in_words

_FONT = {"zh": "宋体", "en": "Calibri"}
# In characters; together they fit A4 landscape nearly unscaled, so that 10 points stay above 8 on paper.
_WIDTHS = (5, 20, 23, 24, 29, 10.5, 9, 9.5, 11, 21)
_SIZE, _LINE, _HIGHEST = 10, 13.5, 409.0
_HEADINGS = 5  # rows above are the title and four lines of information
_DUE, _STATE, _RESULT, _EXPLANATION, _ORIGIN = 5, 6, 7, 8, 9
_MARGIN = 0.4  # inches
# A sheet of Excel ends at row 1 048 576; some are left for the head and the signatures.
ROWS_TOGETHER = 1_000_000


@dataclass(frozen=True)
class CountyList:
    """The list of one county and month."""

    month: str
    division: str
    names: dict[str, str]
    as_of: date
    out_on: date | None
    issues: Sequence[Issue]

    def count(self, *states: str) -> int:
        """Return the number of issues in one of the states."""
        return sum(issue.state in states for issue in self.issues)


def draw(county: CountyList, *, language: str) -> bytes:
    """Return the workbook's bytes: issues to correct, then those waived or corrected."""
    texts, target = ERROR_LIST_TEXTS[language], io.BytesIO()
    options = {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
        "strings_to_numbers": False,
    }  # fmt: skip
    with xlsxwriter.Workbook(target, options) as book:
        # The as-of day, not the clock: equal content gives equal bytes.
        book.set_properties(
            {
                "title": texts.title.format(division=county.names[language]),
                "created": datetime.combine(county.as_of, datetime.min.time()),
            }
        )
        styles = _styles(book, language)
        due = [issue for issue in county.issues if issue.state in ("open", "overdue")]
        settled = [issue for issue in county.issues if issue.state in ("waived", "corrected")]
        _write_sheets(book, texts.to_correct, due, county, texts, styles)
        if settled:
            _write_sheets(book, texts.settled, settled, county, texts, styles)
    return target.getvalue()


def _styles(book: Workbook, language: str) -> dict[str, Format]:
    # A text that looks like a formula stays one when somebody edits the cell: quotePrefix.
    base = {"font_name": _FONT[language], "font_size": _SIZE, "valign": "vcenter", "quote_prefix": True}
    boxed = {**base, "border": 1, "valign": "top"}
    number = {**boxed, "quote_prefix": False}
    return {
        "title": book.add_format({**base, "font_size": 16, "bold": True}),
        "plain": book.add_format(base),
        "note": book.add_format({**base, "bold": True}),
        "heading": book.add_format(
            {**boxed, "bold": True, "align": "center", "text_wrap": True, "bg_color": "#EDEDED"}
        ),
        "text": book.add_format({**boxed, "text_wrap": True}),
        "overdue": book.add_format({**boxed, "bold": True, "bg_color": "#F2F2F2"}),
        "number": book.add_format({**number, "num_format": "0"}),
        "day": book.add_format({**number, "num_format": "yyyy-mm-dd", "align": "center"}),
        "answer": book.add_format({**boxed, "text_wrap": True, "bg_color": "#FFFBE6", "locked": False}),
        "signature": book.add_format({**base, "font_size": 11}),
    }


def _write_sheets(
    book: Workbook,
    name: str,
    issues: Sequence[Issue],
    county: CountyList,
    texts: ErrorListTexts,
    styles: dict[str, Format],
) -> None:
    """Write issues on one sheet, or on several where they exceed the rows of a sheet."""
    for start in range(0, max(len(issues), 1), ROWS_TOGETHER):
        part = start // ROWS_TOGETHER
        sheet = book.add_worksheet(f"{name} {part + 1}" if part else name)
        is_settled = name == texts.settled
        _set_up_page(sheet, texts, rows=len(issues[start : start + ROWS_TOGETHER]))
        _write_head(sheet, county, texts, styles)
        headings = texts.settled_headings if is_settled else texts.headings
        sheet.set_row(_HEADINGS, _height(headings, texts.language))
        for column, heading in enumerate(headings):
            sheet.write_string(_HEADINGS, column, heading, styles["heading"])
        row = _HEADINGS
        for number, issue in enumerate(issues[start : start + ROWS_TOGETHER], start + 1):
            row += 1
            _write_issue(sheet, row, number, issue, texts, styles)
        if not is_settled and row > _HEADINGS:
            sheet.data_validation(
                _HEADINGS + 1, _RESULT, row, _RESULT,
                {"validate": "list", "source": list(texts.answers), "error_type": "information"},
            )  # fmt: skip
        sheet.autofilter(_HEADINGS, 0, max(row, _HEADINGS + 1), len(headings) - 1)
        _write_signatures(sheet, row + 2, texts, styles)


def _write_head(
    sheet: Worksheet, county: CountyList, texts: ErrorListTexts, styles: dict[str, Format]
) -> None:
    counts = {
        "open": county.count("open", "overdue"), "overdue": county.count("overdue"),
        "waived": county.count("waived"), "corrected": county.count("corrected"),
    }  # fmt: skip
    day = texts.no_day if county.out_on is None else county.out_on.isoformat()
    about = "　".join if texts.language == "zh" else "   ".join
    sheet.set_row(0, 28)
    sheet.write_string(0, 0, texts.title.format(division=county.names[texts.language]), styles["title"])
    lines = (
        about(
            (
                texts.month.format(month=month_in_words(county.month, texts.language)),
                texts.out_on.format(day=day),
                texts.as_of.format(day=county.as_of.isoformat()),
            )
        ),
        texts.summary.format(**counts),
    )
    for row, line in enumerate(lines, start=1):
        sheet.write_string(row, 0, line, styles["plain"])
    sheet.write_string(3, 0, texts.confidential, styles["note"])


def _write_issue(
    sheet: Worksheet, row: int, number: int, issue: Issue, texts: ErrorListTexts, styles: dict[str, Format]
) -> None:
    text = styles["text"]
    cell_texts = (
        issue.subject(texts, KEY_COLUMNS.get(issue.table, ())), issue.stands(texts), issue.should(texts),
        issue.problem(texts),
    )  # fmt: skip
    is_due = issue.state in ("open", "overdue")
    reason, origin = "" if is_due else issue.reason or "", issue.origin(texts)
    sheet.set_row(row, _height(("", *cell_texts, "", "", "", reason, origin), texts.language))
    sheet.write_number(row, 0, number, styles["number"])
    for column, value in enumerate(cell_texts, start=1):
        sheet.write_string(row, column, value, text)
    _write_day(sheet, row, _DUE, issue.due_on, styles)
    sheet.write_string(
        row, _STATE, texts.states[issue.state], styles["overdue"] if issue.state == "overdue" else text
    )
    if is_due:
        sheet.write_blank(row, _RESULT, None, styles["answer"])
        sheet.write_blank(row, _EXPLANATION, None, styles["answer"])
    else:
        _write_day(sheet, row, _RESULT, issue.corrected_on, styles)
        sheet.write_string(row, _EXPLANATION, reason, text)
    sheet.write_string(row, _ORIGIN, origin, text)


def _height(texts: Sequence[str], language: str) -> float:
    """Return the height of a row in points: that of its cell with most lines, so that texts never overlap."""
    lines = (
        sum(-(-_room(line) // int(width * _FIT[language])) for line in text.split("\n"))
        for text, width in zip(texts, _WIDTHS, strict=True)
        if text
    )
    return min(max(2, *lines) * _LINE + 3, _HIGHEST)


# Characters of 10 points that fit a character of a column's width, a Chinese one counted as two.
_FIT = {"zh": 1.05, "en": 1.15}


def _room(line: str) -> int:
    """Return the room of a line in characters, one of three bytes counted as two; at least one."""
    return max((len(line) + len(line.encode())) // 2, 1)


def _write_day(sheet: Worksheet, row: int, column: int, day: date | None, styles: dict[str, Format]) -> None:
    if day is None:
        sheet.write_string(row, column, NOTHING, styles["text"])
    else:
        sheet.write_datetime(row, column, datetime.combine(day, datetime.min.time()), styles["day"])


def _write_signatures(sheet: Worksheet, row: int, texts: ErrorListTexts, styles: dict[str, Format]) -> None:
    colon = "：" if texts.language == "zh" else ": "
    sheet.set_row(row, 26)
    for place, who in zip((1, 3, 5, 8), texts.signatures, strict=True):
        sheet.write_string(row, place, f"{who}{colon}____________", styles["signature"])


def _set_up_page(sheet: Worksheet, texts: ErrorListTexts, *, rows: int) -> None:
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(_HEADINGS + 1, 2)
    sheet.repeat_rows(_HEADINGS)
    sheet.print_area(0, 0, _HEADINGS + rows + 3, len(_WIDTHS) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=_MARGIN, right=_MARGIN, top=_MARGIN, bottom=0.6)
    sheet.set_footer("&C" + texts.page.format(page="&P", pages="&N"))
