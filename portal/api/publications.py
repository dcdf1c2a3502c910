"""Publications: who signed them, what changed, and the bytes of their files, checked before they are sent."""

from __future__ import annotations

import csv
import hashlib
import io
from pathlib import Path
from typing import Any

from fastapi import Request
from pydantic import BaseModel, create_model
from starlette.responses import JSONResponse, Response

from fundwatch.acts import entries
from portal import problems
from portal.api.answers import key_of, number_of, parameters, rows_of
from portal.api.lists import ITEMS
from portal.bodies import api_router
from portal.exports.asking import attachment
from portal.lists.catalogue import LISTS
from portal.lists.reading import one_of
from portal.visits import CurrentVisit, Visit

router = api_router()
CHANGES = "changes.csv"
_FILES = """
    select name, sha256 from published.files where publication = %(number)s
    union all
    select name, sha256 from published.draft_files where publication = %(number)s
    order by name
"""


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
    found = _found(visit, number)
    files = visit.rows(_FILES, {"number": found["number"]})
    folder = _folder(request, found["number"])
    shown = rows_of([found])[0] | {
        "files": [file | {"bytes": _size(folder / file["name"])} for file in files],
        "changes": _changes(folder, files),
    }
    return JSONResponse(shown)


@router.get(
    "/publications/{number}/files/{name}",
    responses={200: {"content": {"application/octet-stream": {}}}},
    response_class=Response,
)
def publication_file(number: str, name: str, request: Request, visit: CurrentVisit) -> Response:
    """The bytes of a file of a publication, as a download; entered in the log before they are sent."""
    parameters(request)
    found = _found(visit, number)
    files = {file["name"]: file["sha256"] for file in visit.rows(_FILES, {"number": found["number"]})}
    if key_of(name) not in files:
        raise problems.not_found()
    content = _checked(_folder(request, found["number"]) / name, files[name])
    if content is None:
        raise problems.unavailable()
    with visit.acts() as connection:
        entries.enter_export(connection, what=f"publications/{found['number']}/files/{name}")
    return Response(content, headers=attachment(name), media_type="application/octet-stream")


def _found(visit: Visit, number: str) -> dict[str, Any]:
    """Return the publication or draft of a number.

    Raises: Problem (404; 410: it was replaced).
    """
    found = one_of(visit, LISTS["publications"], str(number_of(number)))
    visit.publication(None, found["number"])
    return found


def _folder(request: Request, number: int) -> Path:
    home: Path = request.app.state.home
    return home / "reports" / str(number)


def _size(path: Path) -> int | None:
    return path.stat().st_size if path.is_file() else None


def _checked(path: Path, sha256: str) -> bytes | None:
    """Return the bytes of a file that has the hash; None when it is gone or another."""
    if not path.is_file():
        return None
    content = path.read_bytes()
    return content if hashlib.sha256(content).hexdigest() == sha256 else None


def _changes(folder: Path, files: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Return the cells that changed against the publication it corrects; none where it corrects none."""
    sha256 = {file["name"]: file["sha256"] for file in files}.get(CHANGES)
    content = None if sha256 is None else _checked(folder / CHANGES, sha256)
    if content is None:
        return []
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
