"""The sheet of one unit, form B1: its bases, its persons, what it handed in, what is to be looked into."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from portal.language import translated
from portal.lists.reading import require_shown
from portal.pages.asked import asked_publication
from portal.pages.bases.heads import OF_EXCEPTION, OF_PERSON, OF_UNIT
from portal.pages.divisions import Divisions
from portal.pages.lists import Head, Table
from portal.presentation import address
from portal.problems import not_found
from portal.rendering import page
from portal.visits import CurrentVisit, Publication, Visit

router = APIRouter(include_in_schema=False)

ROWS = 200
_OF_DOCUMENT = (
    Head("name", "材料", "data"),
    Head("due_on", "截止日期", "day"),
    Head("received_on", "收到日期"),
)
# A unit of which something is to be looked into has a sheet, registered or not.
_HEADS = """
    select wage_year, division, name, tax_number, wage_bill, month_count, employees, declared_on
    from published.{draft}base_units
    where publication = %(publication)s and unit_id = %(unit)s
    union all
    select distinct e.wage_year, e.division, null, null, cast(null as numeric), cast(null as integer), null,
        cast(null as date)
    from published.{draft}base_exceptions as e
    where e.publication = %(publication)s and e.unit_id = %(unit)s and not exists (
        select from published.{draft}base_units as u
        where (u.publication, u.unit_id, u.wage_year) = (e.publication, e.unit_id, e.wage_year)
    )
    order by wage_year desc
"""
_BASES = """
    select * from published.{draft}bases
    where publication = %(publication)s and unit_id = %(unit)s and wage_year = %(year)s and level = %(level)s
    order by place limit %(limit)s
"""
_DOCUMENTS = """
    select document_code, name_zh, name_en, due_on, received_on from published.{draft}base_documents
    where publication = %(publication)s and unit_id = %(unit)s and wage_year = %(year)s
    order by document_code
"""
_EXCEPTIONS = """
    select * from published.{draft}base_exceptions
    where publication = %(publication)s and unit_id = %(unit)s and wage_year = %(year)s
    order by place limit %(limit)s
"""


@dataclass(frozen=True)
class Year:
    """One base year of the sheet; ``more`` leads to the rows of persons that the sheet does not show."""

    head: dict[str, Any]
    units: Table
    persons: Table
    documents: Table
    exceptions: Table
    more_persons: str
    more_exceptions: str


@router.get("/bases/units/{unit_id:path}")
def unit_sheet(request: Request, visit: CurrentVisit, unit_id: str) -> HTMLResponse:
    """Return the sheet of a unit, the latest base year first."""
    asked = asked_publication(request, visit, relation="bases")
    if asked.publication is None:
        raise not_found()
    require_shown(visit, f"bases/{unit_id}")
    values = {"publication": asked.publication.number, "unit": unit_id}
    draft = "draft_" if asked.publication.is_draft else ""
    heads = visit.rows(_HEADS.format(draft=draft), values)
    if not heads:
        raise not_found()
    return page(
        request, visit, "bases/unit.html", asked=asked, unit=unit_id, divisions=Divisions(visit),
        years=[_year(visit, asked.publication, unit_id, head) for head in heads],
    )  # fmt: skip


def _year(visit: Visit, publication: Publication, unit: str, head: dict[str, Any]) -> Year:
    draft = "draft_" if publication.is_draft else ""
    values = {
        "publication": publication.number, "unit": unit, "year": head["wage_year"], "limit": ROWS + 1,
    }  # fmt: skip
    units, persons = (
        visit.rows(_BASES.format(draft=draft), {**values, "level": level}) for level in ("unit", "person")
    )
    documents = visit.rows(_DOCUMENTS.format(draft=draft), values)
    names = {row["document_code"]: row[f"name_{visit.language}"] or row["document_code"] for row in documents}
    exceptions = visit.rows(_EXCEPTIONS.format(draft=draft), values)
    for row in exceptions:
        row["expected"] = names.get(row["expected"], row["expected"])
    handed_in = [
        {
            "name": names[row["document_code"]], "due_on": row["due_on"],
            "received_on": row["received_on"] or translated("未收到", visit.language),
        }
        for row in documents
    ]  # fmt: skip

    def more(path: str, rows: list[dict[str, Any]]) -> str:
        given = {"unit_id": unit, "wage_year": head["wage_year"], "publication": publication.number}
        return address(path, **given) if len(rows) > ROWS else ""

    return Year(
        head,
        _table(visit, OF_UNIT, units),
        _table(visit, OF_PERSON, persons[:ROWS]),
        _table(visit, _OF_DOCUMENT, handed_in),
        _table(visit, OF_EXCEPTION, exceptions[:ROWS]),
        more("/bases/persons", persons),
        more("/bases/exceptions", exceptions),
    )


def _table(visit: Visit, heads: Sequence[Head], rows: list[dict[str, Any]]) -> Table:
    columns = [
        {
            "name": head.name, "label": translated(head.text, visit.language),
            "kind": "figure" if head.is_figure else "text",
        }
        for head in heads
    ]  # fmt: skip
    return Table("", heads, items=rows, columns=columns)
