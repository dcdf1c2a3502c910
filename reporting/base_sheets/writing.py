"""Writes form B1: the sheets of one unit on demand, and per county those of units with exceptions."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from fundwatch.database.warehouse import Warehouse
from fundwatch.errors import FolderUnusable, NotFound
from fundwatch.host import within
from fundwatch.months import last_day
from reporting.base_sheets.pages import draw_pdf
from reporting.base_sheets.reading import cells, read_units, sheet_of
from reporting.base_sheets.sheet import Section, Sheet
from reporting.base_sheets.texts import TEXTS
from reporting.base_sheets.xlsx import write_workbook
from reporting.texts import LANGUAGES

FOLDER = "bases"
_AT_ONCE = 100
_COUNTIES = """
    select e.division, min(d.name_zh) as name_zh, min(d.name_en) as name_en,
        array_remove(array_agg(distinct e.unit_id collate "C"), null) as units
    from bases.base_exceptions as e
    left join site.divisions as d on d.division = e.division and d._site_version = %(site)s
    where e.month = %(month)s and e.division is not null
    group by e.division order by e.division
"""
_LEFT_OUT = """
    select l.reason, l.landed_table, l.row_key, l.unit_id, l.person_id, l.scheme, f.name, l.source_file_id,
        l.source_row
    from bases.bases_left_out as l left join ops.files as f on f.file_id = l.source_file_id
    where l.month = %s
    order by l.reason, l.landed_table, f.name collate "C", l.source_file_id collate "C", l.source_row
"""
_LEFT_OUT_COLUMNS = (
    "reason", "table", "key", "unit_id", "person_id", "scheme", "file", "source_file_id", "line",
)  # fmt: skip
_LIST = """
    select e.unit_id, e.wage_year, e.exception, e.scheme, e.person_id, e.first_month, e.last_month, e.months,
        e.found, e.amount, e.due_on::text,
        coalesce(case %(language)s when 'zh' then d.name_zh else d.name_en end, e.expected) as expected
    from bases.base_exceptions as e
    left join bases.unit_documents as d
        on d.month = e.month and d.unit_id = e.unit_id and d.wage_year = e.wage_year
        and d.document_code = e.expected and e.exception = 'document_missing'
    where e.month = %(month)s and e.division = %(division)s
    order by e.unit_id collate "C" nulls first, e.exception collate "C", e.scheme collate "C" nulls first,
        e.person_id collate "C" nulls first, e.wage_year collate "C", e.expected collate "C"
"""
_LISTED = (
    "unit_id", "wage_year", "exception", "scheme", "person_id", "first_month", "last_month", "months",
    "expected", "found", "amount", "due_on",
)  # fmt: skip


def write_unit_sheets(
    warehouse: Warehouse, *, unit: str, month: str, folder: Path
) -> tuple[list[str], list[str]]:
    """Write a unit's sheets, the latest base year first, as workbook and PDF in both languages.

    Returns the names of the files, and what could not be computed.
    Raises: NotFound (no such unit in that month), FolderUnusable.
    """
    with warehouse.connect() as connection:
        years = list(read_units(connection, [unit], month=month))
    if not years:
        raise NotFound(
            f"unit {unit} has no base of its own in {month}",
            next_step="Look in fundwatch export bases for its number,"
            f" and in {FOLDER}/{month}/left-out.csv for what was left out",
        )
    names = []
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for language in LANGUAGES:
            sheets = [sheet_of(year, month=month, language=language) for year in years]
            book = within(folder, f"B1-{_plain(unit)}.{language}.xlsx")
            write_workbook(book, sheets, language=language, as_of=last_day(month))
            pdf = book.with_suffix(".pdf")
            pdf.write_bytes(draw_pdf(sheets, language=language, as_of=last_day(month)))
            pdf.chmod(0o600)
            names += [book.name, pdf.name]
    except OSError as error:
        raise _unusable(folder, error) from None
    return names, [line for year in years for line in year.not_computed]


def write_county_workbooks(warehouse: Warehouse, *, home: Path, month: str, site_version: str) -> int:
    """Write a workbook per county and language with its exceptions and the sheets of their units.

    Shape:  ``home/bases/<month>/<division>.<language>.xlsx``, and ``left-out.csv`` with each landed row no
            base is verified from, its file and line; readable by their owner only.
    Again:  the files are replaced; those of a county without exceptions are deleted.
    Raises: FolderUnusable.
    """
    folder = home / FOLDER / month
    written: set[str] = set()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with warehouse.connect() as connection:
            counties = connection.cursor(row_factory=dict_row).execute(
                _COUNTIES, {"month": month, "site": site_version}
            )
            for county in counties.fetchall():
                for language in LANGUAGES:
                    path = within(folder, f"{county['division']}.{language}.xlsx")
                    sheets = _county(connection, county, month, site_version, language)
                    write_workbook(path, sheets, language=language, as_of=last_day(month))
                    written.add(path.name)
            _write_left_out(within(folder, "left-out.csv"), connection, month)
        for path in folder.glob("??????.??.xlsx"):
            if path.name not in written:
                path.unlink()
    except OSError as error:
        raise _unusable(folder, error) from None
    return len(written)


def _write_left_out(path: Path, connection: psycopg.Connection, month: str) -> None:
    path.touch(mode=0o600)
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(_LEFT_OUT_COLUMNS)
        writer.writerows(connection.execute(_LEFT_OUT, (month,)))


def _county(
    connection: psycopg.Connection, county: dict[str, Any], month: str, site_version: str, language: str
) -> Iterator[Sheet]:
    texts, units = TEXTS[language], county["units"]
    rows = connection.cursor(row_factory=dict_row).execute(
        _LIST, {"month": month, "division": county["division"], "language": language}
    )
    headings = (texts.head[1], texts.head[5], *texts.exception_headings)
    widths = (10, 10, 20, 12, 10, 8, 8, 5, 12, 12, 12, 9)
    listed = Section(
        texts.exceptions, headings, cells(rows.fetchall(), _LISTED, language), widths, texts.none
    )
    of_county = f"{county[f'name_{language}'] or ''} {county['division']}".strip()
    yield Sheet(
        name=texts.exceptions[2:].strip(), title=f"{texts.title} {of_county} {month}", head=(),
        sections=(listed,), signed=texts.signed, language=language,
    )  # fmt: skip
    for at in range(0, len(units), _AT_ONCE):
        part = units[at : at + _AT_ONCE]
        for year in read_units(connection, part, month=month, site_version=site_version):
            yield sheet_of(year, month=month, language=language)


def _plain(unit: str) -> str:
    """Return a unit's number as part of a file's name; one that is changed for it keeps apart from others."""
    plain = "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in unit)
    return plain if plain == unit else f"{plain}-{hashlib.sha256(unit.encode()).hexdigest()[:6]}"


def _unusable(folder: Path, error: OSError) -> FolderUnusable:
    return FolderUnusable(
        f"sheets of bases cannot be written to {folder} ({error.strerror})",
        state="Bases are verified; their sheets are not all written",
        next_step="Name a folder you may write to, with space left, and run it again",
    )
