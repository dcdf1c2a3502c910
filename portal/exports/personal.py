"""Exports with personal values: for a reason, counted with the reveals of an hour, entered first."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from starlette.requests import Request

from fundwatch.acts import entries, reveals
from portal.lists.columns import List
from portal.lists.query import Query
from portal.lists.reading import Source, every_row
from portal.lists.revealing import count_reveal
from portal.problems import invalid, not_found
from portal.visits import Visit

# Lists whose rows have values that a role may be shown, for a reason.
REVEALED = frozenset({"cases", "issues"})
NOT_PERSONAL = "此清单不含可申请显示的个人信息"
_BATCH = 500


def personal_rows(
    visit: Visit, listed: List, query: Query, source: Source, *, count: int, details: Mapping[str, object],
    request: Request, reason: str,
) -> Iterable[Mapping[str, Any]]:  # fmt: skip
    """Return the rows of a query with their personal values as they are stored.

    The entry is committed before any is read; the rows count as shown in the hour.
    Raises: Problem (404: a draft; 422: a list without such values), NotPermitted, QuotaExceeded,
            AuditUnavailable.
    """
    if listed.name not in REVEALED:
        raise invalid([("personal", NOT_PERSONAL)])
    if source.publication is None or source.rows != listed.rows:
        raise not_found()
    rows = list(itertools.islice(every_row(visit, listed, query, source), count)) if count else []
    with visit.acts() as connection:
        reveal_id = entries.enter_export(
            connection, what=listed.name, details=details, reason=reason, personal_rows=count,
            hourly=request.app.state.settings.reveals_per_hour,
        )  # fmt: skip
    if reveal_id is None:
        return rows
    shown = list(_revealed(visit, listed, rows, reveal_id=reveal_id, publication=source.publication))
    count_reveal(request)
    return shown


def _revealed(
    visit: Visit, listed: List, rows: list[dict[str, Any]], *, reveal_id: int, publication: int
) -> Iterator[dict[str, Any]]:
    for start in range(0, len(rows), _BATCH):
        batch = rows[start : start + _BATCH]
        with visit.acts() as connection:
            cells = reveals.revealed_cells(
                connection,
                reveal_id=reveal_id,
                publication=publication,
                ids=[row[listed.key] for row in batch],
            )
        for row in batch:
            yield row | dict(cells.get(row[listed.key], {}))
