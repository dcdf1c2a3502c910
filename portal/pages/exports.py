"""Exports by the buttons of lists: the rows, order and filters of the page."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from portal.bodies import form
from portal.exports import Wanted, exported
from portal.lists.catalogue import LISTS
from portal.visits import CurrentVisit

router = APIRouter(include_in_schema=False)
_PREFIX = "filter."
_CHOSEN = sorted(
    {name for listed in LISTS.values() for name in listed.filters} | {"publication", "sort", "month"}
)
ExportFields = Annotated[
    dict[str, str], Depends(form("what", "format", *(f"{_PREFIX}{name}" for name in _CHOSEN)))
]


@router.post("/exports")
def export(request: Request, visit: CurrentVisit, fields: ExportFields) -> Response:
    """Return the file of a list as its page shows it.

    Raises: Problem (404, 410, 422), AuditUnavailable; then nothing leaves.
    """
    filters = {
        name.removeprefix(_PREFIX): text for name, text in fields.items() if name.startswith(_PREFIX) and text
    }
    return exported(request, visit, Wanted(what=fields["what"], format=fields["format"], filters=filters))
