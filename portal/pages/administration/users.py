"""Users with their grants and live sessions; what changes them is done at the machine, and audited."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from portal.lists.reading import require
from portal.pages.divisions import Divisions
from portal.rendering import page
from portal.visits import CurrentVisit

router = APIRouter(include_in_schema=False)

_SESSIONS = """
    select session_id, user_name, started_at, idle_until, ends_at, address
    from portal.sessions_list()
    where ended_at is null and statement_timestamp() < least(idle_until, ends_at)
    order by user_name, started_at
"""


@router.get("/admin/users")
def users(request: Request, visit: CurrentVisit) -> HTMLResponse:
    """Return users, what each may see, who is signed in."""
    require(visit, "users")
    grants: dict[str, list[dict[str, Any]]] = {}
    for grant in visit.rows("select * from portal.grants_list()"):
        grants.setdefault(grant["user_name"], []).append(grant)
    return page(
        request, visit, "administration/users.html",
        users=visit.rows("select * from portal.users_list()"), grants=grants,
        sessions=visit.rows(_SESSIONS), divisions=Divisions(visit),
    )  # fmt: skip
