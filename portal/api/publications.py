"""Publications: who signed them, what changed, and the bytes of their files, checked before they are sent."""

from __future__ import annotations

from fastapi import Request
from pydantic import BaseModel, create_model
from starlette.responses import JSONResponse, Response

from fundwatch.acts import entries
from portal import problems
from portal.api.answers import key_of, parameters, rows_of
from portal.api.lists import ITEMS
from portal.bodies import api_router
from portal.exports.asking import attachment
from portal.lists.editions import attached_to, checked, current_of, files_of, folder_of, number_of
from portal.visits import CurrentVisit

router = api_router()


class PublishedFile(BaseModel):
    """One file of a publication; ``bytes`` is null where the file is not on this machine."""

    name: str
    sha256: str
    bytes: int | None


PublicationSheet = create_model(
    "PublicationSheet",
    __base__=ITEMS["publications"],
    files=(list[PublishedFile], ...),
    changes=(list[dict[str, str]], ...),
)


@router.get("/publications/{number}", response_model=PublicationSheet)
def publication(number: str, request: Request, visit: CurrentVisit) -> Response:
    """One publication or draft with its files and, where it corrects another, the cells that changed."""
    parameters(request)
    asked = number_of(number)
    current = current_of(visit, asked)
    return JSONResponse(rows_of([current])[0] | attached_to(visit, asked, request.app.state.home))


@router.get(
    "/publications/{number}/files/{name}",
    responses={200: {"content": {"application/octet-stream": {}}}},
    response_class=Response,
)
def publication_file(number: str, name: str, request: Request, visit: CurrentVisit) -> Response:
    """The bytes of a file of a publication, as a download; entered in the log before they are sent."""
    parameters(request)
    asked = number_of(number)
    current_of(visit, asked)
    files = {file["name"]: file["sha256"] for file in files_of(visit, asked)}
    if key_of(name) not in files:
        raise problems.not_found()
    content = checked(folder_of(request.app.state.home, asked) / name, files[name])
    if content is None:
        raise problems.unavailable()
    with visit.acts() as connection:
        entries.enter_export(connection, what=f"publications/{asked}/files/{name}")
    return Response(content, headers=attachment(name), media_type="application/octet-stream")
