"""The files of ``static/``: few, read once, at addresses that hold their hash and so never go stale."""

from __future__ import annotations

import mimetypes
from functools import cache

from fastapi import APIRouter
from starlette.responses import Response

from portal import problems
from portal.rendering import STATIC, static_hash

router = APIRouter(include_in_schema=False)
_CACHE = "public, max-age=31536000, immutable"


@router.get("/static/{content_hash}/{name}")
def static_file(content_hash: str, name: str) -> Response:
    """Return a file of ours under the hash of its content.

    Raises: Problem: not-found.
    """
    if name not in _names() or content_hash != static_hash(name):
        raise problems.not_found()
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Response(_content(name), media_type=kind, headers={"Cache-Control": _CACHE})


@cache
def _names() -> frozenset[str]:
    return frozenset(path.name for path in STATIC.iterdir() if path.is_file())


@cache
def _content(name: str) -> bytes:
    return (STATIC / name).read_bytes()
