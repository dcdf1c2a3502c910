"""What is refused before any route: foreign hosts and pages, long addresses, large bodies, other types."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.problems import Problem
from portal.settings import PortalSettings

MOST_BODY, MOST_URL = 2**20, 8 * 2**10
METHODS = frozenset({"GET", "HEAD", "POST", "DELETE", "OPTIONS"})
_LONGEST_LENGTH = 12
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
# What probes of this machine may ask under any name.
_PROBED = frozenset({"/healthz", "/readyz"})


class Gate:
    """Answers what may not pass with the problem it is; counts the body of what passes."""

    def __init__(self, app: ASGIApp, *, settings: PortalSettings, respond: Callable[..., Any]) -> None:
        """Wrap an application; ``respond(scope, problem)`` makes the response to what is refused."""
        self._app, self._respond = app, respond
        self._authority, self._origin = settings.authority, settings.origin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        problem = self._refusal(scope, headers)
        if problem is not None:
            await self._respond(scope, problem)(scope, receive, send)
            return
        # Whoever asks for a part gets the whole: a part of a page is of no use, and ranges cost.
        scope["headers"] = [pair for pair in scope["headers"] if pair[0] not in (b"range", b"if-range")]
        body = _Counted(receive)
        try:
            await self._app(scope, body.receive, send)
        except _BodyTooLarge:
            if body.has_response:
                raise
            await self._respond(scope, Problem("too-large"))(scope, receive, send)

    def _refusal(self, scope: Scope, headers: Headers) -> Problem | None:
        path, method = scope["path"], scope["method"]
        raw = scope.get("raw_path") or path.encode()
        length = headers.get("content-length", "0")
        problem = None
        if len(headers.getlist("host")) != 1 or not self._is_ours(headers["host"], path):
            problem = Problem("bad-host")
        elif len(raw) + len(scope["query_string"]) + 1 > MOST_URL:
            problem = Problem("url-too-long")
        elif "\0" in path or not scope["query_string"].isascii() or not length.isdecimal():
            problem = Problem("bad-request")
        elif method not in METHODS:
            problem = Problem("method-not-allowed", headers={"Allow": ", ".join(sorted(METHODS))})
        elif len(length) > _LONGEST_LENGTH or int(length) > MOST_BODY:
            problem = Problem("too-large")
        elif method not in _SAFE:
            problem = self._refusal_of_act(path, method, headers)
        return problem

    def _is_ours(self, host: str, path: str) -> bool:
        return path in _PROBED or host.lower() == self._authority

    def _refusal_of_act(self, path: str, method: str, headers: Headers) -> Problem | None:
        """Refuse an unsafe request that a foreign page sent, or whose body is of another type."""
        origin = headers.get("origin")
        if origin is not None and origin.lower() != self._origin:
            return Problem("csrf")
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return Problem("csrf")
        has_body = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
        if method == "DELETE" and not has_body:
            return None
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        expected = ("application/json",) if path.startswith("/api/") else _FORMS
        return None if kind in expected else Problem("unsupported-media-type")


class _BodyTooLarge(Exception):
    """A body sent in pieces grew over the limit."""


class _Counted:
    """A request's body, counted as it comes."""

    def __init__(self, receive: Receive) -> None:
        self._receive, self._bytes = receive, 0
        self.has_response = False

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._bytes += len(message.get("body", b""))
            if self._bytes > MOST_BODY:
                raise _BodyTooLarge
        return message
