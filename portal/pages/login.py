"""``/login`` and ``/logout``."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from portal.bodies import form
from portal.problems import Problem
from portal.rendering import page
from portal.security.login_forms import give_form_cookie, new_form, own_path, require_own_form
from portal.security.signing_in import give_cookie, sign_in, sign_out, take_cookie
from portal.visits import ChangingVisit, SentToken

router = APIRouter(include_in_schema=False)
_WRONG = "用户名或密码不正确。"
_NOT_VOUCHED = "统一身份认证未通过，或该身份没有对应的用户。"
Fields = Annotated[dict[str, str], Depends(form("username", "password", "next"))]


@router.get("/login", name="login")
def login_form(request: Request) -> Response:
    """Show the form of signing in."""
    has_failed = request.query_params.get("failed") == "provider"
    return _form(
        request,
        follows=own_path(request.query_params.get("next", "/")),
        said=_NOT_VOUCHED if has_failed else "",
    )


@router.post("/login")
def login(request: Request, fields: Fields, token: SentToken) -> Response:
    """Sign in, and go on to where one came from; to one's own page first, if the password must be changed.

    Raises: Problem: csrf.
    """
    require_own_form(request, token)
    follows = own_path(fields["next"])
    try:
        started = sign_in(request, name=fields["username"], password=fields["password"])
    except Problem as problem:
        if problem.slug not in ("unauthenticated", "too-many-requests"):
            raise
        return _form(request, follows=follows, name=fields["username"], problem=problem)
    location = "/account" if started.session.must_change_password else follows
    response = RedirectResponse(location, status_code=303)
    give_cookie(response, started.secret)
    return response


@router.post("/logout")
def logout(request: Request, visit: ChangingVisit) -> Response:
    """Sign out: the session ends, and the browser forgets what it keeps of us."""
    del visit
    sign_out(request)
    response = RedirectResponse("/login", status_code=303)
    take_cookie(response)
    return response


def _form(
    request: Request, *, follows: str, name: str = "", said: str = "", problem: Problem | None = None
) -> Response:
    value, token = new_form(request)
    if problem is not None:
        said = problem.detail_text or _WRONG
    response = page(
        request,
        None,
        "login.html",
        status=problem.status if problem else 200,
        follows=follows,
        token=token,
        name=name,
        errors=[("username", said)] if said else [],
        has_identity_provider=bool(request.app.state.settings.oidc_issuer),
    )
    response.headers.update(problem.headers if problem else {})
    give_form_cookie(response, value)
    return response
