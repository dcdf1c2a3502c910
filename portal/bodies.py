"""Bodies of requests, read strictly: nothing is said twice, nothing that is not asked for is passed over."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, NoReturn

from fastapi import APIRouter, Request
from fastapi.routing import APIRoute
from starlette.responses import Response

from portal import problems

_ALWAYS = frozenset({"csrf_token"})
_LONGEST_FIELD = 20_000


class StrictRequest(Request):
    """A request whose JSON has no member twice, no figure that is none, no more depth than can be read."""

    async def json(self) -> Any:
        """Return the body as JSON.

        Raises: json.JSONDecodeError.
        """
        if not hasattr(self, "_strict_json"):
            body = await self.body()
            try:
                self._strict_json = json.loads(
                    body.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_number
                )
            except (ValueError, RecursionError):
                raise json.JSONDecodeError("not JSON as it must be", "", 0) from None
        return self._strict_json


class StrictRoute(APIRoute):
    """A route of the API: its requests are read strictly."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler, given strict requests."""
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            return await handler(StrictRequest(request.scope, request.receive))

        return handle


def api_router(prefix: str = "") -> APIRouter:
    """Return a router of the API, below ``/api/v1``."""
    return APIRouter(prefix=f"/api/v1{prefix}", route_class=StrictRoute)


def form(*names: str) -> Callable[[Request], Awaitable[dict[str, str]]]:
    """Return a dependency that gives the fields of a form by name, empty where they are missing.

    Raises: Problem: invalid-parameter (a field that is not among them, that comes twice, or is a file).
    """
    expected = frozenset(names)

    async def fields(request: Request) -> dict[str, str]:
        given = (await request.form()).multi_items()
        wrong: list[tuple[str, str]] = []
        values: dict[str, str] = {}
        for name, value in given:
            if name not in expected | _ALWAYS:
                wrong.append(("form", "有未知的字段。"))
            elif name in values:
                wrong.append((name, "字段重复。"))
            elif not isinstance(value, str) or len(value) > _LONGEST_FIELD:
                wrong.append((name, "不符合要求。"))
            else:
                values[name] = value
        if wrong:
            raise problems.invalid(wrong)
        return {name: values.get(name, "") for name in names}

    return fields


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member comes twice")
    return members


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")
