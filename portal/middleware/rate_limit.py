"""The limit of requests a second of one session."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Receive, Scope, Send

from portal.middleware.rates import Buckets
from portal.problems import too_many

_FREE = ("/static/", "/healthz", "/readyz")


class RateLimit:
    """Answers 429 to a session that asks more often than it may; whoever has no session passes."""

    def __init__(self, app: ASGIApp, *, buckets: Buckets, cookie: str, respond: Callable[..., Any]) -> None:
        """Wrap an application; ``cookie`` names the session's, ``respond(scope, problem)`` responds."""
        self._app, self._buckets, self._cookie, self._respond = app, buckets, cookie, respond

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        secret = self._secret(scope) if scope["type"] == "http" else ""
        wait = self._buckets.take(secret) if secret and not scope["path"].startswith(_FREE) else 0.0
        if wait > 0:
            await self._respond(scope, too_many(math.ceil(wait)))(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _secret(self, scope: Scope) -> str:
        given = b"; ".join(value for name, value in scope["headers"] if name == b"cookie")
        return cookie_parser(given.decode("latin-1")).get(self._cookie, "")
