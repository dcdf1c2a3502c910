"""``openapi.json``: the API described for whoever is signed in."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from starlette.responses import JSONResponse, Response

from portal.api.answers import parameters
from portal.api.schemas import ProblemDocument
from portal.bodies import api_router
from portal.security.sessions import COOKIE
from portal.visits import CurrentVisit

router = api_router()
PREFIX = "/api/v1/"
_PROBLEM = {
    "description": "A problem, as RFC 9457",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}},
}
_TOKEN = {
    "name": "X-CSRF-Token",
    "in": "header",
    "required": True,
    "schema": {"type": "string"},
    "description": "csrf_token of /me",
}


@router.get("/openapi.json", response_class=JSONResponse)
def description(request: Request, visit: CurrentVisit) -> Response:
    """The description of this API, as OpenAPI."""
    del visit
    parameters(request)
    return JSONResponse(described(request.app))


def described(app: FastAPI) -> dict[str, Any]:
    """Return the description of every route of the API; made once an application."""
    kept: dict[str, Any] | None = getattr(app.state, "description", None)
    if kept is None:
        routes = [
            route for route in app.routes if isinstance(route, APIRoute) and route.path.startswith(PREFIX)
        ]
        kept = app.state.description = _completed(
            get_openapi(title="Fundwatch", version="1", description=__doc__, routes=routes)
        )
    return kept


def _completed(document: dict[str, Any]) -> dict[str, Any]:
    """Add what every operation shares: its problems, the session, the token of unsafe requests."""
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas["ProblemDocument"] = ProblemDocument.model_json_schema(
        ref_template="#/components/schemas/{model}"
    )
    schemas |= schemas["ProblemDocument"].pop("$defs", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    components["securitySchemes"] = {"session": {"type": "apiKey", "in": "cookie", "name": COOKIE}}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = _PROBLEM
            if (path, method) == (f"{PREFIX}session", "post"):
                continue
            operation["security"] = [{"session": []}]
            if method != "get":
                operation.setdefault("parameters", []).append(_TOKEN)
    return document
