"""``/login/oidc``: signing in with the agency's identity provider; grants are ours, never of its claims."""

from __future__ import annotations

import hmac
import json
import secrets
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from portal import problems
from portal.database import signing_in
from portal.problems import Problem
from portal.security.identity_provider import CALLBACK, Asked, IdentityProvider, ProviderRefuses
from portal.security.login_forms import own_path
from portal.security.signing_in import enter_sign_in, give_cookie, start_session

router = APIRouter(include_in_schema=False)
COOKIE = "__Host-fundwatch-oidc"
_LASTING_SECONDS = 600
_RANDOM_BYTES = 32


@router.get("/login/oidc")
def go_to_provider(request: Request) -> Response:
    """Send the browser to the provider, and let it keep, sealed, what it must come back with.

    Raises: Problem: not-found (none is configured), not-ready.
    """
    provider = _provider(request)
    asked = Asked(*(secrets.token_urlsafe(_RANDOM_BYTES) for _ in range(3)))
    try:
        location = provider.address(asked)
    except ProviderRefuses:
        raise problems.unavailable() from None
    kept = {
        "state": asked.state,
        "nonce": asked.nonce,
        "verifier": asked.verifier,
        "next": own_path(request.query_params.get("next", "/")),
        "until": int(time.time()) + _LASTING_SECONDS,
    }
    response = RedirectResponse(location, status_code=303)
    response.set_cookie(
        COOKIE, _sealed(request, kept), path="/", secure=True, httponly=True, samesite="lax",
        max_age=_LASTING_SECONDS,
    )  # fmt: skip
    return response


@router.get(CALLBACK)
def come_back(request: Request) -> Response:
    """Sign in whom the provider vouches for, if the subject is bound to a user; each attempt serves once.

    Raises: Problem: not-found, unauthenticated.
    """
    provider = _provider(request)
    kept = _opened(request, request.cookies.get(COOKIE, ""))
    state, code = request.query_params.get("state", ""), request.query_params.get("code", "")
    if kept is None or not code or not hmac.compare_digest(state.encode(), str(kept["state"]).encode()):
        return _refused(request)
    try:
        asked = Asked(str(kept["state"]), str(kept["nonce"]), str(kept["verifier"]))
        subject = provider.subject(asked, code=code)
    except ProviderRefuses:
        return _refused(request)
    with signing_in(request.app.state.pools) as connection:
        row = connection.execute("select portal.user_of_subject(%s) as name", (subject,)).fetchone()
    if row is None or row["name"] is None:
        return _refused(request)
    try:
        started = start_session(request, name=row["name"], checked_hash=None)
    except Problem:
        return _refused(request)
    response = RedirectResponse(own_path(str(kept["next"])), status_code=303)
    give_cookie(response, started.secret)
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="lax")
    return response


def _refused(request: Request) -> Response:
    """Lead back to signing in, where it says that it did not work: nothing of why."""
    enter_sign_in(request, "failed", name="")
    response = RedirectResponse("/login?failed=provider", status_code=303)
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="lax")
    return response


def _provider(request: Request) -> IdentityProvider:
    provider: IdentityProvider | None = request.app.state.identity_provider
    if provider is None:
        raise problems.not_found()
    return provider


def _sealed(request: Request, values: dict[str, object]) -> str:
    text = urlsafe_b64encode(json.dumps(values).encode()).decode()
    return f"{text}.{_seal(request, text)}"


def _opened(request: Request, cookie: str) -> dict[str, object] | None:
    text, _, seal = cookie.partition(".")
    if not hmac.compare_digest(seal.encode(), _seal(request, text).encode()):
        return None
    values: dict[str, object] = json.loads(urlsafe_b64decode(text))
    return values if int(str(values["until"])) > time.time() else None


def _seal(request: Request, text: str) -> str:
    return hmac.digest(request.app.state.signing_key, b"oidc " + text.encode(), "sha256").hex()
