"""The application: routes, what stands around them, and what is answered when something goes wrong."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from psycopg import Error as DatabaseError
from psycopg_pool import PoolTimeout, TooManyRequests
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Match
from starlette.types import Scope

from fundwatch.errors import FundwatchError
from portal import api, health, pages, static_files
from portal.database import Pools, Urls
from portal.metrics import UNROUTED, Metrics
from portal.middleware.envelope import Envelope
from portal.middleware.gate import Gate
from portal.middleware.rate_limit import RateLimit
from portal.middleware.rates import Buckets
from portal.problems import Problem, invalid, problem_of
from portal.rendering import page
from portal.security.denials import DENIED, Denials
from portal.security.hashing_slots import HashingSlots
from portal.security.identity_provider import IdentityProvider
from portal.security.sessions import COOKIE, secret_of
from portal.settings import PortalSettings, signing_key

API = "/api/"
_PROBLEM_JSON = "application/problem+json"
_NO_JSON = "请求内容不是 JSON：须为 UTF-8，成员不得重复。"
# What the router and the readers of bodies refuse; a body that cannot be read is an invalid parameter.
_STATUS_SLUGS = {404: "not-found", 405: "method-not-allowed", 413: "too-large"}
_METHODS = ("DELETE", "GET", "POST")
_BURST = 5
_SERVER_ERRORS = 500
_MOST_ERRORS = 20
_FORBIDDEN, _NOT_FOUND = 403, 404


def create_app(settings: PortalSettings, urls: Urls, *, home: Path) -> FastAPI:
    """Return the portal's application; it connects when it starts, without waiting for the database.

    ``app.state`` has ``settings``, ``pools``, ``hashing``, ``home`` and ``signing_key`` (of cursors, forms).
    """
    pools, counted = Pools(urls), Metrics()
    denials = Denials(pools, counted)

    @asynccontextmanager
    async def connected(app: FastAPI) -> AsyncIterator[None]:
        with pools, denials, closing(app.state.buckets):
            yield

    app = FastAPI(
        title="Fundwatch",
        version="1",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=connected,
    )
    app.state.settings, app.state.pools, app.state.home = settings, pools, home
    app.state.metrics, app.state.denials = counted, denials
    app.state.readiness = health.Readiness(pools, urls.reading)
    app.state.identity_provider = IdentityProvider(settings) if settings.oidc_issuer else None
    app.state.signing_key = signing_key(home)
    app.state.buckets = Buckets(
        home / "portal" / "rates",
        per_second=settings.requests_per_second,
        burst=settings.requests_per_second * _BURST,
    )
    app.state.hashing = HashingSlots(home / "portal")
    for router in (static_files.router, health.router, *api.ROUTERS, *pages.ROUTERS):
        app.include_router(router)
    for kind in (Problem, DatabaseError, PoolTimeout, TooManyRequests, FundwatchError, UnicodeError):
        app.add_exception_handler(kind, _answer_problem)
    app.add_exception_handler(RequestValidationError, _answer_invalid)
    app.add_exception_handler(HTTPException, _answer_status)
    # The last one added is the outermost.
    app.add_middleware(RateLimit, buckets=app.state.buckets, cookie=COOKIE, respond=respond)
    app.add_middleware(Gate, settings=settings, respond=respond)
    app.add_middleware(Envelope, settings=settings, respond=respond, metrics=counted, after=_take_refusal)
    return app


def respond(scope: Scope, error: Exception) -> Response:
    """Return the response to an error: a problem of ours, else the internal one."""
    problem = problem_of(error) or Problem("internal")
    scope["state"]["refused"] = problem.slug
    return response_of(Request(scope), problem)


def response_of(request: Request, problem: Problem) -> Response:
    """Return a problem as RFC 9457 under ``/api/``, as a page elsewhere.

    A page that needs a session leads to signing in, and back.
    """
    if request.url.path.startswith(API):
        document = problem.document(
            path=request.url.path, request_id=request.state.request_id, language=request.state.language
        )
        return JSONResponse(
            document, status_code=problem.status, headers=problem.headers, media_type=_PROBLEM_JSON
        )
    location = _login_and_back(request) if problem.slug == "unauthenticated" else problem.location
    if location:
        return RedirectResponse(location, status_code=303, headers=problem.headers)
    response = page(request, request.state.visit, "problem.html", status=problem.status, problem=problem)
    response.headers.update(problem.headers)
    return response


def _login_and_back(request: Request) -> str:
    """Return the address of signing in, and back to what was asked for, if that can be asked again."""
    if request.method not in ("GET", "HEAD"):
        return "/login"
    query = f"?{request.url.query}" if request.url.query else ""
    return f"/login?{urlencode({'next': request.url.path + query})}"


def _answer_problem(request: Request, error: Exception) -> Response:
    problem = problem_of(error)
    if problem is None:
        raise error
    request.state.refused = problem.slug
    return response_of(request, problem)


def _take_refusal(scope: Scope, status: int) -> None:
    """Count what was refused: acts, forms of others, and to somebody what is not there for them.

    Of the address only the route is kept, as it is written in the code.
    """
    state = scope["state"]
    slug = state.get("refused", "")
    # A page says itself what it refuses.
    if status == _FORBIDDEN and slug not in DENIED:
        slug = "not-permitted"
    is_hidden = slug == "not-found" and status == _NOT_FOUND and state["visit"] is not None
    if status != _FORBIDDEN and not is_hidden:
        return
    request = Request(scope)
    denials: Denials = request.app.state.denials
    denials.take(secret_of(request.cookies) or "", slug, _route_of(scope))


def _route_of(scope: Scope) -> str:
    """Return the route of a request, one that was refused before it reached it, too."""
    route = scope["state"].get("inner", scope).get("route")
    if route is None:
        routes = scope["app"].routes
        route = next((route for route in routes if route.matches(scope)[0] is Match.FULL), None)
    return getattr(route, "path", UNROUTED)


def _answer_status(request: Request, error: Exception) -> Response:
    """Answer what the router refuses: no such path, no such method."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    slug = _STATUS_SLUGS.get(status, "invalid-parameter" if status < _SERVER_ERRORS else "internal")
    headers = dict(getattr(error, "headers", None) or {})
    if slug == "method-not-allowed":
        headers["Allow"] = ", ".join(_allowed(request))
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=headers)
    return response_of(request, Problem(slug, headers=headers))


def _allowed(request: Request) -> list[str]:
    """Return the methods that some route takes at this path; the router itself names the first route's."""
    taken = [
        method
        for method in _METHODS
        if any(
            route.matches({**request.scope, "method": method})[0] is Match.FULL
            for route in request.app.routes
        )
    ]
    return sorted({*taken, "OPTIONS", *(("HEAD",) if "GET" in taken else ())})


def _answer_invalid(request: Request, error: Exception) -> Response:
    """Answer parameters, fields and bodies that are not as declared; no value of them is told."""
    wrong: Iterable[Any] = error.errors() if isinstance(error, RequestValidationError) else ()
    return response_of(request, invalid([_told(fault) for fault in wrong][:_MOST_ERRORS]))


def _told(fault: Mapping[str, Any]) -> tuple[str, str]:
    """Return where a request is not as declared, and what is wrong there."""
    place, *within = fault["loc"]
    # Of a body that cannot be read only the position is known, which is no field.
    if fault["type"] == "json_invalid":
        return str(place), _NO_JSON
    return ".".join(str(part) for part in within) or str(place), "不符合要求。"
