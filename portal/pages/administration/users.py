"""Users with their grants and live sessions; a new one, whose one-time password is shown once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse, Response

from fundwatch.acts import users as acts
from fundwatch.errors import FundwatchError
from portal.bodies import form
from portal.lists.reading import require
from portal.pages.administration.people import people_of, sees_users
from portal.pages.administration.user import grant_faults, user_page
from portal.pages.divisions import Divisions
from portal.pages.fields import refused
from portal.problems import Problem, not_permitted
from portal.rendering import page
from portal.visits import CurrentVisit, Visit

router = APIRouter(include_in_schema=False)
AddFields = Annotated[dict[str, str], Depends(form("user", "display", "role", "division"))]

_NAME = re.compile("[a-z0-9][a-z0-9._-]{1,62}")
_LONGEST_DISPLAY = 100


@router.get("/admin/users")
def users(request: Request, visit: CurrentVisit) -> HTMLResponse:
    """Return users, what each may see, who is signed in."""
    return _shown(request, visit)


@router.post("/admin/users")
def add(request: Request, visit: CurrentVisit, fields: AddFields) -> Response:
    """Make a user, with a first grant where one is chosen; show the one-time password on the user's page."""
    require(visit, "users")
    if not sees_users(visit):
        raise not_permitted()
    given = {name: text.strip() for name, text in fields.items()}
    errors = _faults(given, taken={row["name"] for row in people_of(visit).users})
    if given["role"] or given["division"]:
        errors += grant_faults(given, Divisions(visit))
    if errors:
        return _shown(request, visit, fields=given, errors=errors, status=422)
    visit.close()
    try:
        with visit.acts() as connection:
            password = acts.add_in(connection, user=given["user"], display=given["display"])
            if given["role"]:
                acts.grant_in(connection, user=given["user"], role=given["role"], division=given["division"])
    except (FundwatchError, Problem) as error:
        status, errors = refused(error, at="user")
        return _shown(request, visit, fields=given, errors=errors, status=status)
    return user_page(request, visit, given["user"], password=password, done="added", status=201)


def _faults(given: Mapping[str, str], *, taken: set[str]) -> list[tuple[str, str]]:
    errors = []
    if not _NAME.fullmatch(given["user"]):
        errors.append(("user", "登录名为 2 至 63 个小写字母、数字、点、下划线、连字符，以字母或数字开头"))
    elif given["user"] in taken:
        errors.append(("user", "已有此登录名的用户"))
    if len(given["display"]) > _LONGEST_DISPLAY or not given["display"].isprintable():
        errors.append(("display", "姓名最多 100 字，不含控制字符"))
    return errors


def _shown(
    request: Request, visit: Visit, *, fields: Mapping[str, str] | None = None, errors: Any = (),
    status: int = 200,
) -> HTMLResponse:  # fmt: skip
    require(visit, "users")
    return page(
        request, visit, "administration/users.html", status=status, people=people_of(visit),
        may_add=sees_users(visit), divisions=Divisions(visit), fields=fields or {}, errors=list(errors),
    )  # fmt: skip
