"""Lists of contribution bases: of units, of persons, and what is to be looked into."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from portal.pages import lists
from portal.pages.bases.heads import OF_EXCEPTION, OF_PERSON, OF_UNIT, WAGE_YEAR
from portal.pages.divisions import Divisions
from portal.pages.lists import Filter, Head, Table
from portal.presentation import address, segment
from portal.rendering import page
from portal.visits import CurrentVisit, Visit

router = APIRouter(include_in_schema=False)


def sheet_of(row: Mapping[str, Any]) -> str:
    """Return the address of the sheet of a row's unit, in the row's publication; empty for a row without."""
    if row["unit_id"] is None:
        return ""
    return address(f"/bases/units/{segment(row['unit_id'])}", publication=row["publication"])


_PLACE = (Head("division", "地区", "division"), Head("unit_id", "单位编号", "code", link=sheet_of))
_COMMON = (
    Filter("month", "月份", hint="如 2024-06"),
    Filter("division", "地区", is_division=True),
    Filter("scheme", "险种", "scheme"),
    Filter("wage_year", "缴费年度（工资年度）", hint="如 2023"),
    Filter("unit_id", "单位编号"),
)
_OF_BASES = (*_COMMON, Filter("status", "状态", "bases_status"))
_DOCUMENTS = """
    select distinct on (document_code) document_code, name_zh, name_en from published.{draft}base_documents
    where publication = %(publication)s and document_code = any(%(codes)s)
    order by document_code, name_zh nulls last, name_en nulls last
"""
_OF_EXCEPTIONS = (
    *_COMMON,
    Filter("exception", "核实事项", "bases_exception"),
    Filter("due_on", "截止日期", hint="如 2024-03-31"),
)
TABS = (("/bases", "单位"), ("/bases/persons", "个人"), ("/bases/exceptions", "待核实事项"))


@router.get("/bases")
def units(request: Request, visit: CurrentVisit) -> HTMLResponse:
    """Return the bases of units."""
    return _shown(
        request, visit, "bases", heads=(*_PLACE, WAGE_YEAR, *OF_UNIT), filters=_OF_BASES,
        fixed=(("level", "unit"),), caption="单位缴费基数",
    )  # fmt: skip


@router.get("/bases/persons")
def persons(request: Request, visit: CurrentVisit) -> HTMLResponse:
    """Return the bases of persons."""
    return _shown(
        request, visit, "bases", heads=(*_PLACE, WAGE_YEAR, *OF_PERSON), filters=_OF_BASES,
        fixed=(("level", "person"),), caption="个人缴费基数",
    )  # fmt: skip


@router.get("/bases/exceptions")
def exceptions(request: Request, visit: CurrentVisit) -> HTMLResponse:
    """Return what is to be looked into."""
    return _shown(
        request, visit, "base-exceptions", heads=(*_PLACE, WAGE_YEAR, *OF_EXCEPTION), filters=_OF_EXCEPTIONS,
        caption="待核实事项", finish=_name_documents,
    )  # fmt: skip


def _name_documents(visit: Visit, table: Table) -> None:
    """Name the documents that are missing, which rows have by their code."""
    missing = [row for row in table.items if row["exception"] == "document_missing"]
    if not missing:
        return
    draft = "draft_" if table.publication.is_draft else ""
    values = {"publication": table.publication.number, "codes": [row["expected"] for row in missing]}
    names = {
        row["document_code"]: row[f"name_{visit.language}"]
        for row in visit.rows(_DOCUMENTS.format(draft=draft), values)
    }
    for row in missing:
        row["expected"] = names.get(row["expected"]) or row["expected"]


def _shown(
    request: Request,
    visit: Visit,
    name: str,
    *,
    heads: Sequence[Head],
    filters: Sequence[Filter],
    caption: str,
    fixed: Sequence[tuple[str, str]] = (),
    finish: Callable[[Visit, Table], None] | None = None,
) -> HTMLResponse:
    table = lists.read(request, visit, name, heads=heads, filters=filters, fixed=fixed)
    if finish is not None:
        finish(visit, table)
    return page(
        request, visit, "bases/list.html", status=table.status, table=table, divisions=Divisions(visit),
        caption=caption, tabs=TABS,
    )  # fmt: skip
