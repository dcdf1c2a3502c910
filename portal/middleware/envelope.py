"""Around every response: its headers, its number, its language; what fails without a name is a 500 there."""

from __future__ import annotations

import logging
import secrets
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from starlette.datastructures import MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.language import DEFAULT, LANGUAGES, Language, accepted
from portal.metrics import UNROUTED, Metrics
from portal.settings import PortalSettings

LANGUAGE_COOKIE = "__Host-fundwatch-lang"
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self';"
    " connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
)
METHODS = frozenset({"GET", "HEAD", "POST", "DELETE", "OPTIONS"})
_STRICT_TRANSPORT = "max-age=63072000; includeSubDomains"
_LANGUAGE_SECONDS = 365 * 24 * 3600
_log = logging.getLogger("portal.requests")


class Envelope:
    """Gives each request its number and language, each response its headers; turns a defect into a 500.

    What a route wants on its response beside its own headers, it puts into ``request.state.headers``.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        settings: PortalSettings,
        respond: Any,
        metrics: Metrics | None = None,
        after: Callable[[Scope, int], None] | None = None,
    ) -> None:
        """Wrap an application; ``respond(scope, error)`` makes the response to what failed without a name.

        ``after(scope, status)`` is called when a response is out.
        """
        self._app, self._respond, self._metrics, self._after = app, respond, metrics, after
        self._headers = safety_headers(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request; whatever else comes over the socket is passed on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        chosen = _chosen_language(scope)
        state = scope.setdefault("state", {})
        state["request_id"] = secrets.token_hex(8)
        state["headers"] = {}
        state["visit"] = None
        state["is_language_chosen"] = chosen is not None
        state["language"] = chosen or DEFAULT
        started, status = time.perf_counter(), 0

        async def send_on(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._complete(message, scope)
            await send(message)

        try:
            await self._app(scope, receive, send_on)
        except Exception as error:  # noqa: BLE001 - the last line of defence: its message may quote a row
            _report(error, state["request_id"])
            if status:
                raise ResponseBroken from None
            await self._respond(scope, error)(scope, receive, send_on)
        finally:
            self._count(scope, status, time.perf_counter() - started)
            if self._after is not None:
                self._after(scope, status)

    def _count(self, scope: Scope, status: int, seconds: float) -> None:
        if self._metrics is None:
            return
        route = getattr(scope["state"].get("inner", scope).get("route"), "path", UNROUTED)
        method = scope["method"] if scope["method"] in METHODS else "OTHER"
        self._metrics.requests.labels(route, method, str(status)).inc()
        self._metrics.seconds.labels(route).observe(seconds)

    def _complete(self, message: Message, scope: Scope) -> None:
        headers, state = MutableHeaders(scope=message), scope["state"]
        for name, value in {**self._headers, **state["headers"]}.items():
            headers[name] = value
        headers["X-Request-Id"] = state["request_id"]
        if "content-language" not in headers:
            headers["Content-Language"] = "zh-CN" if state["language"] == "zh" else "en"
        # Whatever has no life of its own is for this user, now.
        headers.setdefault("Cache-Control", "no-store")
        asked = state.get("asked_language")
        if asked and not _is_without_cookies(scope["path"]):
            headers.append(
                "Set-Cookie",
                f"{LANGUAGE_COOKIE}={asked}; Path=/; Max-Age={_LANGUAGE_SECONDS};"
                " Secure; HttpOnly; SameSite=Lax",
            )


def safety_headers(settings: PortalSettings) -> dict[str, str]:
    """Return the headers that every response has, whoever makes it."""
    headers = {
        "Content-Security-Policy": CONTENT_SECURITY_POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    if settings.is_encrypted:
        headers["Strict-Transport-Security"] = _STRICT_TRANSPORT
    return headers


class ResponseBroken(Exception):
    """A response failed after it had begun; the connection ends, nothing of the error is told."""


def _chosen_language(scope: Scope) -> Language | None:
    """Return the language a request asks for itself; None leaves it to the account."""
    headers = {name: value for name, value in scope["headers"] if name in (b"cookie", b"accept-language")}
    if scope["path"].startswith("/api/"):
        return accepted(headers.get(b"accept-language", b"").decode("latin-1"))
    query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
    asked = _language(query.get("lang", ""))
    if asked:
        scope.setdefault("state", {})["asked_language"] = asked
        return asked
    if _is_without_cookies(scope["path"]):
        return DEFAULT
    cookies = cookie_parser(headers.get(b"cookie", b"").decode("latin-1"))
    return _language(cookies.get(LANGUAGE_COOKIE, ""))


def _language(text: str) -> Language | None:
    return next((language for language in LANGUAGES if language == text), None)


def _is_without_cookies(path: str) -> bool:
    """Whether a response may be kept by caches between us and many people."""
    return path == "/open" or path.startswith(("/open/", "/static/"))


def _report(error: Exception, request_id: str) -> None:
    """Log where something failed, and as what: never its message, which may quote a value."""
    places = traceback.extract_tb(error.__traceback__)
    place = next((frame for frame in reversed(places) if "site-packages" not in frame.filename), places[-1])
    _log.error(
        "request %s: %s in %s, line %s",
        request_id,
        type(error).__name__,
        Path(place.filename).name,
        place.lineno,
    )
