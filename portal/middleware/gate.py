"""What is refused before any route: foreign hosts and pages, long addresses, large bodies, other types."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.problems import Problem
from portal.settings import PortalSettings

MOST_BODY, MOST_URL = 2**20, 8 * 2**10
# What is sent is read from memory or a file by then: a reader that pauses holds up nobody.
BODY_SECONDS, SEND_SECONDS = 20, 600
_LONGEST_LENGTH = 12
_ACTS = frozenset({"POST", "DELETE"})
_PARTS = "multipart/form-data"
_FORMS = ("application/x-www-form-urlencoded", _PARTS)
# What probes of this machine may ask under any name.
_PROBED = frozenset({"/healthz", "/readyz"})
_NOT_PASSED_ON = (b"range", b"if-range")


class Gate:
    """Answers what may not pass with the problem it is; counts, and waits so long for, what is sent."""

    def __init__(self, app: ASGIApp, *, settings: PortalSettings, respond: Callable[..., Any]) -> None:
        """Wrap an application; ``respond(scope, problem)`` makes the response to what is refused."""
        self._app, self._respond = app, respond
        self._authority, self._origin = settings.authority, settings.origin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        problem = self._refusal(scope, Headers(scope=scope))
        if problem is not None:
            await self._respond(scope, problem)(scope, receive, send)
            return
        inner = {
            **scope,
            # The server leaves the body out; the headers are those of the page.
            "method": "GET" if scope["method"] == "HEAD" else scope["method"],
            # Whoever asks for a part gets the whole: a part of a page is of no use, and ranges cost.
            "headers": [pair for pair in scope["headers"] if pair[0] not in _NOT_PASSED_ON],
        }
        scope["state"]["inner"] = inner

        async def send_on(message: Message) -> None:
            async with asyncio.timeout(SEND_SECONDS):
                await send(message)

        await self._app(inner, _Body(receive).receive, send_on)

    def _refusal(self, scope: Scope, headers: Headers) -> Problem | None:
        path = scope["path"]
        raw = scope.get("raw_path") or path.encode()
        length = headers.get("content-length", "0")
        problem = None
        if len(headers.getlist("host")) != 1 or not self._is_ours(headers["host"], path):
            problem = Problem("bad-host")
        elif len(raw) + len(scope["query_string"]) + 1 > MOST_URL:
            problem = Problem("url-too-long")
        elif not _is_plain(path) or not scope["query_string"].isascii() or not length.isdecimal():
            problem = Problem("bad-request")
        elif len(length) > _LONGEST_LENGTH or int(length) > MOST_BODY:
            problem = Problem("too-large")
        elif scope["method"] in _ACTS:
            problem = self._refusal_of_act(path, scope["method"], headers)
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
        kind, _, rest = headers.get("content-type", "").lower().partition(";")
        expected = ("application/json",) if path.startswith("/api/") else _FORMS
        # A form that names its own encoding would be decoded by it, and some take minutes for a mebibyte.
        is_named = kind.strip() == _PARTS and "charset" in rest
        return None if kind.strip() in expected and not is_named else Problem("unsupported-media-type")


class _Body:
    """A request's body, counted as it comes, and waited for only so long."""

    def __init__(self, receive: Receive) -> None:
        self._receive, self._bytes, self._is_complete = receive, 0, False

    async def receive(self) -> Message:
        # Once the body is there, what comes is the client's hanging up: that may take as long as it likes.
        try:
            async with asyncio.timeout(None if self._is_complete else BODY_SECONDS):
                message = await self._receive()
        except TimeoutError:
            raise HTTPException(400) from None
        if message["type"] == "http.request":
            self._bytes += len(message.get("body", b""))
            self._is_complete = not message.get("more_body", False)
            if self._bytes > MOST_BODY:
                raise HTTPException(413)
        return message


def _is_plain(path: str) -> bool:
    """Whether a path, unquoted, is text without control characters."""
    return path.isprintable() and "\ufffd" not in path
