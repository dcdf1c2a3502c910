"""A county's error list as an Excel workbook: texts that can never be formulas, the same bytes each time."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import xlsxwriter
from xlsxwriter.workbook import Format, Workbook
from xlsxwriter.worksheet import Worksheet

from reporting.error_lists.texts import ERROR_LIST_TEXTS, ErrorListTexts
from reporting.formatting import NOTHING
from reporting.quality_labels import TABLE_NAMES
from reporting.texts import LANGUAGES, month_in_words

_FONT = {"zh": "宋体", "en": "Calibri"}
_WIDTHS = (7, 23, 10, 12, 10, 18, 9, 46, 10, 26, 30, 9, 14, 30)
_HEADINGS = 5  # rows above are the title and four lines of information
_RESULT, _EXPLANATION = 12, 13
# A sheet of Excel ends at row 1 048 576; some are left for the head and the signatures.
ROWS_TOGETHER = 1_000_000


@dataclass(frozen=True)
class Issue:
    """One issue of a county's list, with its rule's texts and the name of the file of its row."""

    issue_id: str
    table: str
    rule_id: str
    severity: str
    text_zh: str
    text_en: str
    key: str
    file: str
    row: int
    first_seen: str
    due_on: date | None
    state: str
    corrected_on: date | None
    reason: str | None


@dataclass(frozen=True)
class CountyList:
    """The list of one county and month; ``key_columns`` names the columns of a table's key."""

    month: str
    division: str
    names: dict[str, str]
    as_of: date
    out_on: date | None
    issues: Sequence[Issue]
    key_columns: dict[str, tuple[str, ...]]

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
    base = {"font_name": _FONT[language], "font_size": 10, "valign": "vcenter", "quote_prefix": True}
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
        for column, heading in enumerate(headings):
            sheet.write_string(_HEADINGS, column, heading, styles["heading"])
        row = _HEADINGS
        for number, issue in enumerate(issues[start : start + ROWS_TOGETHER], start + 1):
            row += 1
            _write_issue(sheet, row, number, issue, county, texts, styles)
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
    sheet: Worksheet,
    row: int,
    number: int,
    issue: Issue,
    county: CountyList,
    texts: ErrorListTexts,
    styles: dict[str, Format],
) -> None:
    text = styles["text"]
    sheet.write_number(row, 0, number, styles["number"])
    sheet.write_string(row, 1, issue.issue_id, text)
    sheet.write_string(
        row, 2, texts.states[issue.state], styles["overdue"] if issue.state == "overdue" else text
    )
    _write_day(sheet, row, 3, issue.due_on, styles)
    values = (
        issue.first_seen,
        f"{issue.table} {TABLE_NAMES[issue.table][LANGUAGES.index(texts.language)]}",
        issue.rule_id,
        issue.text_zh if texts.language == "zh" else issue.text_en,
        texts.severities.get(issue.severity, issue.severity),
        _key_in_words(issue, county.key_columns.get(issue.table, ())),
        issue.file,
    )
    for column, value in enumerate(values, start=4):
        sheet.write_string(row, column, value, text)
    sheet.write_number(row, 11, issue.row, styles["number"])
    if issue.state in ("open", "overdue"):
        sheet.write_blank(row, _RESULT, None, styles["answer"])
        sheet.write_blank(row, _EXPLANATION, None, styles["answer"])
    else:
        _write_day(sheet, row, _RESULT, issue.corrected_on, styles)
        sheet.write_string(row, _EXPLANATION, issue.reason or "", text)


def _write_day(sheet: Worksheet, row: int, column: int, day: date | None, styles: dict[str, Format]) -> None:
    if day is None:
        sheet.write_string(row, column, NOTHING, styles["text"])
    else:
        sheet.write_datetime(row, column, datetime.combine(day, datetime.min.time()), styles["day"])


def _key_in_words(issue: Issue, columns: Iterable[str]) -> str:
    """Return ``AAC001=…``; the columns and values of a composite key are joined by ``|``."""
    return f"{'|'.join(columns)}={issue.key}"


def _write_signatures(sheet: Worksheet, row: int, texts: ErrorListTexts, styles: dict[str, Format]) -> None:
    colon = "：" if texts.language == "zh" else ": "
    sheet.set_row(row, 26)
    for place, who in zip((1, 5, 8, 12), texts.signatures, strict=True):
        sheet.write_string(row, place, f"{who}{colon}____________", styles["signature"])


def _set_up_page(sheet: Worksheet, texts: ErrorListTexts, *, rows: int) -> None:
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(_HEADINGS + 1, 3)
    sheet.repeat_rows(_HEADINGS)
    sheet.print_area(0, 0, _HEADINGS + rows + 3, len(_WIDTHS) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C" + texts.page.format(page="&P", pages="&N"))
