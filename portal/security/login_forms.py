"""The form of signing in, before there is a session: its token is bound to a cookie of its own."""

from __future__ import annotations

import hmac
import re
import secrets

from starlette.requests import Request
from starlette.responses import Response

from portal import problems

LOGIN_COOKIE = "__Host-fundwatch-login"
_VALUE = re.compile(r"[0-9a-f]{32}")
_VALUE_BYTES = 16
_LONGEST_NEXT = 2000
_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")
_NOT_BACK_TO = ("/login", "/logout")


def new_form(request: Request) -> tuple[str, str]:
    """Return the value of the form's cookie, the one there is or a new one, and the token with it."""
    given = request.cookies.get(LOGIN_COOKIE, "")
    value = given if _VALUE.fullmatch(given) else secrets.token_hex(_VALUE_BYTES)
    return value, _token(request, value)


def give_form_cookie(response: Response, value: str) -> None:
    """Put the value of the form's cookie into a response."""
    response.set_cookie(LOGIN_COOKIE, value, path="/", secure=True, httponly=True, samesite="lax")


def require_own_form(request: Request, token: str) -> None:
    """Refuse a form that was not served to this browser.

    Raises: Problem: csrf.
    """
    value = request.cookies.get(LOGIN_COOKIE, "")
    if not _VALUE.fullmatch(value) or not hmac.compare_digest(
        token.encode(), _token(request, value).encode()
    ):
        raise problems.csrf()


def own_path(text: str) -> str:
    """Return where to go after signing in: a path of ours, else the start page."""
    is_path = len(text) <= _LONGEST_NEXT and text.isascii() and _PATH.fullmatch(text)
    return text if is_path and not text.startswith(_NOT_BACK_TO) else "/"


def _token(request: Request, value: str) -> str:
    key: bytes = request.app.state.signing_key
    return hmac.digest(key, b"login form " + value.encode(), "sha256").hex()
