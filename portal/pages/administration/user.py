"""One user: grants given and taken back, disabled or not, a one-time password, the end of all sessions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse, Response

from fundwatch.acts import users as acts
from fundwatch.errors import FundwatchError
from portal.bodies import form
from portal.lists.reading import require
from portal.pages.acting import Act, acted, done_of
from portal.pages.administration.people import People, people_of
from portal.pages.divisions import Divisions
from portal.pages.fields import NO_CHOICE, refused
from portal.presentation import segment
from portal.problems import Problem, not_found
from portal.rendering import page
from portal.visits import CurrentVisit, Visit

router = APIRouter(include_in_schema=False)
GrantFields = Annotated[dict[str, str], Depends(form("role", "division"))]
NoFields = Annotated[dict[str, str], Depends(form())]

_DONE = {
    "added": "用户已建立。",
    "granted": "已授权，从下一个请求起生效。",
    "revoked": "已收回授权，从下一个请求起生效。",
    "disabled": "已停用，该用户的会话已全部结束。",
    "enabled": "已启用。",
    "password": "已换成一次性密码，该用户的会话已全部结束。",
    "ended": "该用户的会话已全部结束。",
}


@router.get("/admin/users/{user}")
def user(request: Request, visit: CurrentVisit, user: str) -> HTMLResponse:
    """Return a user with the grants and sessions there are, and the forms to change them."""
    return user_page(request, visit, user, done=done_of(request))


@router.post("/admin/users/{user}/grants")
def grant(request: Request, visit: CurrentVisit, user: str, fields: GrantFields) -> Response:
    """Grant a role for a division and all below it."""
    _account(visit, user)
    errors = grant_faults(fields, Divisions(visit))
    return acted(
        visit,
        lambda connection: acts.grant_in(
            connection, user=user, role=fields["role"], division=fields["division"]
        ),
        errors=errors,
        at="division",
        again=partial(user_page, request, visit, user, fields=fields),
        to=_address(user, "granted"),
    )


@router.post("/admin/users/{user}/grants/revoke")
def revoke(request: Request, visit: CurrentVisit, user: str, fields: GrantFields) -> Response:
    """Take a grant back."""
    revoke_in = partial(acts.revoke_in, user=user, role=fields["role"], division=fields["division"])
    return _acted(request, visit, user, revoke_in, done="revoked")


@router.post("/admin/users/{user}/disable")
def disable(request: Request, visit: CurrentVisit, user: str, _: NoFields) -> Response:
    """Disable a user; the sessions end at once."""
    return _switched(request, visit, user, is_disabled=True)


@router.post("/admin/users/{user}/enable")
def enable(request: Request, visit: CurrentVisit, user: str, _: NoFields) -> Response:
    """Enable a user again."""
    return _switched(request, visit, user, is_disabled=False)


@router.post("/admin/users/{user}/password")
def give_password(request: Request, visit: CurrentVisit, user: str, _: NoFields) -> Response:
    """Give a one-time password, shown on this answer and nowhere again."""
    _account(visit, user)
    try:
        with visit.acts() as connection:
            password = acts.give_password_in(connection, user=user)
    except (FundwatchError, Problem) as error:
        status, errors = refused(error, at="role")
        return user_page(request, visit, user, errors=errors, status=status)
    return user_page(request, visit, user, password=password, done="password")


@router.post("/admin/users/{user}/sessions/end")
def end_sessions(request: Request, visit: CurrentVisit, user: str, _: NoFields) -> Response:
    """End all sessions of a user."""
    return _acted(request, visit, user, partial(acts.end_sessions_in, user=user), done="ended")


def grant_faults(fields: Mapping[str, str], divisions: Divisions) -> list[tuple[str, str]]:
    """Return what is wrong with a grant that was chosen: no such role, no division one sees."""
    errors = []
    if fields["role"] not in acts.ROLES:
        errors.append(("role", NO_CHOICE))
    if fields["division"] not in dict(divisions.options):
        errors.append(("division", NO_CHOICE))
    return errors


def user_page(
    request: Request, visit: Visit, user: str, *, fields: Mapping[str, str] | None = None,
    errors: Iterable[tuple[str, str]] = (), password: str = "", done: str = "", status: int = 200,
) -> HTMLResponse:  # fmt: skip
    """Return the page of a user; ``password`` is a one-time one to show, ``done`` what has just been done.

    Raises: Problem (404 no such user, or the visitor administers none).
    """
    people, account = _account(visit, user)
    return page(
        request, visit, "administration/user.html", status=status, account=account,
        grants=people.grants.get(user, []), divisions=Divisions(visit),
        sessions=[row for row in people.sessions if row["user_name"] == user],
        is_own=user == visit.user, may_change=people.is_changeable(user, visit),
        fields=fields or {}, errors=list(errors), password=password, done=_DONE.get(done, ""),
    )  # fmt: skip


def _account(visit: Visit, user: str) -> tuple[People, Mapping[str, Any]]:
    """Return what the visitor sees of users, and the one that is asked for; no act begins without it.

    Raises: Problem (404).
    """
    require(visit, "users")
    people = people_of(visit)
    account = next((row for row in people.users if row["name"] == user), None)
    if account is None:
        raise not_found()
    return people, account


def _switched(request: Request, visit: Visit, user: str, *, is_disabled: bool) -> Response:
    disable_in = partial(acts.disable_in, user=user, is_disabled=is_disabled)
    return _acted(request, visit, user, disable_in, done="disabled" if is_disabled else "enabled")


def _acted(request: Request, visit: Visit, user: str, act: Act, *, done: str) -> Response:
    _account(visit, user)
    again = partial(user_page, request, visit, user)
    return acted(visit, act, at="role", again=again, to=_address(user, done))


def _address(user: str, done: str) -> str:
    return f"/admin/users/{segment(user)}?done={done}"
