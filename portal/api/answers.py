"""How the API answers: rows as JSON, and what parameters an address may have."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from fastapi import Request
from starlette.responses import JSONResponse

from fundwatch.acts.notes import holds_identity_number
from portal.lists.columns import List
from portal.lists.query import Query, only
from portal.lists.reading import Page, page_of
from portal.lists.values import LONGEST_TEXT, for_programs, is_plain
from portal.problems import KINDS, invalid, not_found
from portal.visits import Visit

_LONGEST_KEY = 200
EMPTY = "不能为空"
NOT_TEXT = "须为不超过 2000 字的单行文本，不含控制字符"


def list_answer(request: Request, visit: Visit, listed: List) -> JSONResponse:
    """Answer one page of a list, as the address asks for it.

    Raises: Problem (404, 410, 422).
    """
    page = page_of(visit, listed, Query.parsed(listed, request.query_params.multi_items()))
    return JSONResponse(document_of(page))


def document_of(page: Page) -> dict[str, Any]:
    """Return a page as the API writes it."""
    return {"items": rows_of(page.items), "publication": page.publication, "next": page.next}


def rows_of(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return rows as JSON."""
    return [{name: for_programs(value) for name, value in row.items()} for row in rows]


def parameters(request: Request, names: Collection[str] = ()) -> dict[str, str]:
    """Return the parameters of an address that takes ``names`` and nothing else.

    Raises: Problem (422).
    """
    return only(request.query_params.multi_items(), names)


def key_of(text: str) -> str:
    """Return what names an object in an address.

    Raises: Problem (404: nothing has such a name).
    """
    if not text or not is_plain(text, longest=_LONGEST_KEY):
        raise not_found()
    return text


def require_texts(texts: Mapping[str, str | None], *, filled: Collection[str] = ()) -> None:
    """Require that what somebody wrote may be kept; what is ``filled`` must say something.

    Raises: Problem (422, ``personal-data-in-note`` where an identity number is the only fault).
    """
    faults = [(name, NOT_TEXT) for name, text in texts.items() if text is not None and not _is_note(text)]
    faults += [(name, EMPTY) for name in filled if not (texts[name] or "").strip()]
    if faults:
        raise invalid(faults)
    personal = [name for name, text in texts.items() if text and holds_identity_number(text)]
    if personal:
        what = KINDS["personal-data-in-note"].detail
        raise invalid([(name, what) for name in personal], slug="personal-data-in-note")


def _is_note(text: str) -> bool:
    return is_plain(text, longest=LONGEST_TEXT)
