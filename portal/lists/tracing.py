"""Traces of figures: judged and masked in the database, each entered before it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fundwatch.acts import entries
from portal.lists.reading import require
from portal.problems import not_found

if TYPE_CHECKING:
    from portal.visits import Visit

ROWS = 100
_SECONDS = 10
_TRACE = """
    select portal.trace_figure(
        %(month)s, %(division)s, %(scheme)s, %(indicator)s, %(breakdown)s, %(first)s, %(after)s
    ) as trace
"""


def traced(visit: Visit, asked: Mapping[str, str], *, first: int, after: int) -> dict[str, Any]:
    """Return a figure as published, as built and as its rows make it, with ``first`` rows behind ``after``.

    Shape:  as ``fundwatch trace --json``: figures as text, keys and persons masked.
    Units:  those of the indicator, named in ``unit``; amounts of rows in yuan.
    Raises: Problem (404 no such figure that the user may trace; 503 the entry cannot be made).
    """
    require(visit, "traces")
    values = {**asked, "first": first, "after": after}
    trace: dict[str, Any] | None = visit.rows(_TRACE, values, seconds=_SECONDS)[0]["trace"]
    if trace is None:
        raise not_found()
    with visit.acts() as connection:
        entries.enter_export(connection, what="traces", details=asked)
    return trace
