"""``/session`` and ``/me``: signing in and out, and who one is."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import Request
from pydantic import BaseModel, ConfigDict, StringConstraints
from starlette.responses import JSONResponse, Response

from portal.api.answers import parameters
from portal.bodies import api_router
from portal.security.sessions import csrf_token_of
from portal.security.signing_in import Started, give_cookie, sign_in, sign_out, take_cookie
from portal.visits import ChangingVisit, CurrentVisit

router = api_router()


class Credentials(BaseModel):
    """Who signs in, and with what."""

    model_config = ConfigDict(extra="forbid", strict=True)

    user: Annotated[str, StringConstraints(max_length=200)]
    password: Annotated[str, StringConstraints(max_length=1000)]


class GrantShown(BaseModel):
    """A role for a division."""

    role: str
    division: str


class Me(BaseModel):
    """The user of a session; ``csrf_token`` goes into the header ``X-CSRF-Token`` of every unsafe request."""

    user: str
    display: str
    language: str
    grants: list[GrantShown]
    csrf_token: str
    ends_at: datetime


@router.post("/session", status_code=201, response_model=Me)
def begin_session(request: Request, body: Credentials) -> Response:
    """Sign in with a name and a password; the cookie of the response is the session."""
    parameters(request)
    started = sign_in(request, name=body.user, password=body.password)
    response = JSONResponse(_described(started), status_code=201)
    give_cookie(response, started.secret)
    return response


@router.delete("/session", status_code=204)
def end_session(request: Request, visit: ChangingVisit) -> Response:
    """Sign out: the session ends."""
    del visit
    parameters(request)
    sign_out(request)
    response = Response(status_code=204)
    take_cookie(response)
    return response


@router.get("/me", response_model=Me)
def me(request: Request, visit: CurrentVisit) -> Me:
    """Return who is signed in, with the grants that count now."""
    parameters(request)
    return Me(
        user=visit.user,
        display=visit.display,
        language=visit.language,
        grants=[GrantShown(role=grant.role, division=grant.division) for grant in visit.grants],
        csrf_token=visit.csrf_token,
        ends_at=visit.ends_at,
    )


def _described(started: Started) -> dict[str, Any]:
    session = started.session
    shown = Me(
        user=session.user,
        display=session.display,
        language=session.language,
        grants=[GrantShown(role=role, division=division) for role, division, _ in session.grants],
        csrf_token=csrf_token_of(started.secret),
        ends_at=session.ends_at,
    )
    return shown.model_dump(mode="json")
