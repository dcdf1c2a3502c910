"""What the API answers and takes, as models that its description is written from."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, create_model

from portal.lists.columns import Kind, List

_TYPES: dict[Kind, Any] = {
    "text": str, "code": str, "month": str, "division": str, "decimal": str, "integer": int, "day": date,
    "instant": datetime, "boolean": bool, "texts": list[str],
}  # fmt: skip


class Fault(BaseModel):
    """What is wrong in a request, and where."""

    where: str
    what: str


class ProblemDocument(BaseModel):
    """A problem of RFC 9457; ``publication`` is the number that supersedes the one asked for."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    request_id: str
    errors: list[Fault] | None = None
    publication: int | None = None


class Body(BaseModel):
    """A body of a request: no field that is not asked for, no value of another type."""

    model_config = ConfigDict(extra="forbid", strict=True)


def item_of(listed: List) -> type[BaseModel]:
    """Return the model of one row of a list."""
    fields: dict[str, Any] = {column.name: (_TYPES[column.kind] | None, ...) for column in listed.columns}
    made: type[BaseModel] = create_model(
        _named(listed.name, "Row"), __doc__=f"One row of the list {listed.name}.", **fields
    )
    return made


def page_of_items(listed: List, item: type[BaseModel]) -> type[BaseModel]:
    """Return the model of a page of a list."""
    return create_model(
        _named(listed.name, "Page"),
        __doc__=f"One page of the list {listed.name}.",
        items=(list[item], ...),  # type: ignore[valid-type]
        publication=(
            int | None,
            Field(description="The publication of the rows; null of live ones."),
        ),
        next=(str | None, Field(description="The cursor of the next page; null on the last.")),
    )


def parameters_of(listed: List) -> list[dict[str, Any]]:
    """Return the parameters of a list as OpenAPI describes them."""
    formats: dict[Kind, dict[str, str]] = {
        "division": {"pattern": "^[0-9]{6}$"},
        "month": {"pattern": "^(199[0-9]|20[0-9]{2})-(0[1-9]|1[0-2])$"},
        "day": {"format": "date"},
        "integer": {"pattern": "^[0-9]{1,9}$"},
    }
    described = [
        _parameter(name, {"type": "string", "maxLength": 2000, **formats.get(column.kind, {})})
        for name, column in listed.filters.items()
    ]
    sorts = [column.name for column in listed.columns if column.is_sortable]
    described += [
        _parameter("sort", {"type": "string", "enum": sorts + [f"-{name}" for name in sorts]}),
        _parameter("limit", {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}),
        _parameter("cursor", {"type": "string", "maxLength": 4096}),
    ]
    if listed.is_published:
        described += [
            _parameter("month", {"type": "string", **formats["month"]}),
            _parameter("publication", {"type": "integer", "minimum": 1, "maximum": 999_999_999}),
        ]
    return described


def _parameter(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema}


def _named(name: str, kind: str) -> str:
    return "".join(part.capitalize() for part in name.split("-")) + kind
