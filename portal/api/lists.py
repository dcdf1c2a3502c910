"""The lists: one address each, read by the catalogue's statement."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import Request
from starlette.responses import Response

from portal.api.answers import list_answer
from portal.api.schemas import item_of, page_of_items, parameters_of
from portal.bodies import api_router
from portal.lists.catalogue import LISTS
from portal.lists.columns import List
from portal.visits import CurrentVisit

router = api_router()
# The reconciliation is a page and an export.
NAMES = (
    "divisions", "figures", "scorecard", "rule-results", "issues", "cases", "bases", "base-exceptions",
    "publications", "files", "runs", "declarations", "comments",
)  # fmt: skip
DESCRIPTIONS = {
    "figures": "The figures of the forms R1 to R4, as `fundwatch export reports` writes them. The summary of"
    " contribution bases (B1) holds counts of another kind: it is a page, /reports/B1, and a file of the"
    " publication. The quality bulletin (R5) is drawn of the list scorecard.",
}
ITEMS = {name: item_of(LISTS[name]) for name in NAMES}


def _answer(listed: List) -> Callable[..., Response]:
    def answer(request: Request, visit: CurrentVisit) -> Response:
        return list_answer(request, visit, listed)

    return answer


for _name in NAMES:
    router.add_api_route(
        f"/{_name}",
        _answer(LISTS[_name]),
        methods=["GET"],
        name=f"list_{_name}",
        summary=f"The list {_name}",
        description=DESCRIPTIONS.get(_name),
        response_model=page_of_items(LISTS[_name], ITEMS[_name]),
        openapi_extra={"parameters": parameters_of(LISTS[_name])},
    )
