"""``/account``: one's own password, sessions and language."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from fundwatch.access import passwords
from portal import problems
from portal.bodies import form
from portal.language import LANGUAGES
from portal.rendering import page
from portal.security import own_account
from portal.security.signing_in import give_cookie
from portal.visits import ChangingVisit, CurrentVisit, Visit

router = APIRouter(include_in_schema=False)
PasswordFields = Annotated[dict[str, str], Depends(form("current", "new", "again"))]
SessionFields = Annotated[dict[str, str], Depends(form("session_id"))]
LanguageFields = Annotated[dict[str, str], Depends(form("language"))]

_FAULTS = {
    "length": "新密码须为 12 至 128 个字符。",
    "common": "新密码过于常见，请换一个。",
    "name": "新密码不得包含用户名。",
}
_ROLES = {
    "supervisor": "监管",
    "statistician": "统计",
    "auditor": "稽核",
    "engineer": "运维",
    "admin": "管理",
}


@router.get("/account")
def account(request: Request, visit: ChangingVisit) -> Response:
    """Show who one is, and the forms to change it."""
    return _page(request, visit)


@router.post("/account/password")
def change_password(request: Request, fields: PasswordFields, visit: ChangingVisit) -> Response:
    """Take a new password: every session of the user ends, and one begins anew."""
    errors = []
    if fields["new"] != fields["again"]:
        errors.append(("again", "两次输入的新密码不一致。"))
    fault = passwords.fault_of(fields["new"], user=visit.user)
    if fault:
        errors.append(("new", _FAULTS[fault]))
    elif fields["new"] == fields["current"]:
        errors.append(("new", "新密码不得与当前密码相同。"))
    if errors:
        return _page(request, visit, errors=errors, status=422)
    started = own_account.change_password(
        request, user=visit.user, current=fields["current"], new=fields["new"]
    )
    if started is None:
        return _page(request, visit, errors=[("current", "当前密码不正确。")], status=422)
    response = RedirectResponse("/account?done=password", status_code=303)
    give_cookie(response, started.secret)
    return response


@router.post("/account/sessions/end")
def end_own_session(request: Request, fields: SessionFields, visit: CurrentVisit) -> Response:
    """End another session of one's own.

    Raises: Problem: not-found.
    """
    if not own_account.end_session(request, user=visit.user, session_id=fields["session_id"]):
        raise problems.not_found()
    return RedirectResponse("/account?done=session", status_code=303)


@router.post("/account/language")
def choose_language(request: Request, fields: LanguageFields, visit: CurrentVisit) -> Response:
    """Choose the language in which the portal greets one.

    Raises: Problem: invalid-parameter.
    """
    del visit
    if fields["language"] not in LANGUAGES:
        raise problems.invalid([("language", "不符合要求。")])
    own_account.choose_language(request, language=fields["language"])
    return RedirectResponse(f"/account?done=language&lang={fields['language']}", status_code=303)


def _page(
    request: Request, visit: Visit, *, errors: list[tuple[str, str]] | None = None, status: int = 200
) -> Response:
    values: dict[str, Any] = {
        "errors": errors or [],
        "sessions": own_account.sessions(request),
        "done": request.query_params.get("done", ""),
        "roles": _ROLES,
    }
    return page(request, visit, "account.html", status=status, **values)
