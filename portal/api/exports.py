"""``/exports``: a list as a file."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Request
from pydantic import Field
from starlette.responses import Response

from portal.api.answers import parameters, require_texts
from portal.api.schemas import Body
from portal.bodies import api_router
from portal.exports import Wanted, exported
from portal.exports.files import MEDIA_TYPES
from portal.lists.values import NOT_A_TEXT
from portal.problems import invalid
from portal.visits import CurrentVisit

router = api_router()
_FILE = {"schema": {"type": "string", "format": "binary"}}


class ExportAsked(Body):
    """What is to be exported: the name of a list, and what its address would take.

    ``filters`` are the list's filters, ``month`` or ``publication``, and ``sort``. A personal export has raw
    values and needs a reason.
    """

    what: str
    format: Literal["csv", "xlsx"]
    filters: Annotated[dict[str, Any], Field(default_factory=dict)]
    personal: bool = False
    reason: Annotated[str, Field(max_length=2000)] = ""


@router.post(
    "/exports",
    response_class=Response,
    responses={200: {"content": {kind.partition(";")[0]: _FILE for kind in MEDIA_TYPES.values()}}},
)
def export(body: ExportAsked, request: Request, visit: CurrentVisit) -> Response:
    """A list as CSV or a workbook: rows, order and filters of the list, up to 500,000 rows."""
    parameters(request)
    require_texts({"reason": body.reason}, filled=("reason",) if body.personal else ())
    filters = {name: _filter(value) for name, value in body.filters.items()}
    wanted = Wanted(body.what, body.format, filters, personal=body.personal, reason=body.reason)
    return exported(request, visit, wanted)


def _filter(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise invalid([("filters", NOT_A_TEXT)])
    return str(value)
