"""An export asked for, judged, entered in the log, then sent: nothing leaves before its entry is kept."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from fundwatch.acts import entries
from portal.exports.files import FORMATS, MEDIA_TYPES, MOST_ROWS, csv_pieces, xlsx_pieces
from portal.exports.personal import personal_rows
from portal.lists.catalogue import LISTS
from portal.lists.columns import List
from portal.lists.query import UNKNOWN, Query
from portal.lists.reading import count_of, every_row, require, source_of
from portal.problems import invalid
from portal.visits import PUBLICATION_HEADER, Visit

TOO_MANY_ROWS = "超过 500000 行，请缩小范围"
_SHOWN_DIVISIONS = 3
# Of a page, not of a list.
_NOT_FILTERS = frozenset({"limit", "cursor"})


@dataclass(frozen=True)
class Wanted:
    """An export as it is asked for: the name of a list, csv or xlsx, what the list's address would take.

    A personal one has raw values, and a reason.
    """

    what: str
    format: str
    filters: Mapping[str, str] = field(default_factory=dict)
    personal: bool = False
    reason: str = ""


def exported(request: Request, visit: Visit, wanted: Wanted) -> Response:
    """Return a list as a file: the rows, order and filters of the page.

    Raises: Problem (404, 410; 422: unknown or malformed, or too many rows), AuditUnavailable.
    """
    listed = LISTS.get(wanted.what)
    faults = [] if listed else [("what", UNKNOWN)]
    faults += [] if wanted.format in FORMATS else [("format", UNKNOWN)]
    faults += [("filters", UNKNOWN) for name in wanted.filters if name in _NOT_FILTERS]
    if faults or listed is None:
        raise invalid(faults)
    query = Query.parsed(listed, wanted.filters.items())
    require(visit, listed.relation)
    source = source_of(visit, listed, query)
    count = count_of(visit, listed, query, source, most=MOST_ROWS + 1)
    if count > MOST_ROWS:
        raise invalid([("filters", TOO_MANY_ROWS)])
    details = _details(query, wanted.format, publication=source.publication, rows=count)
    if wanted.personal:
        rows = personal_rows(visit, listed, query, source, count=count, details=details, request=request,
                             reason=wanted.reason)  # fmt: skip
    else:
        rows = every_row(visit, listed, query, source)
        with visit.acts() as connection:
            entries.enter_export(connection, what=listed.name, details=details)
    if source.publication is not None:
        request.state.headers[PUBLICATION_HEADER] = str(source.publication)
    return _sent([column.name for column in listed.columns], rows, _name(visit, listed, query), wanted.format)


def attachment(name: str) -> dict[str, str]:
    """Return the header that makes a response a download of a name, whatever letters it has."""
    plain = "".join(letter if letter.isascii() and letter.isprintable() else "_" for letter in name)
    plain = plain.replace("\\", "_").replace('"', "_")
    encoded = quote(name, safe="")
    return {"Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}"}


def _details(query: Query, as_: str, *, publication: int | None, rows: int) -> dict[str, object]:
    """Return what the log keeps of an export: no value of a row or a filter."""
    chosen = dict(query.filters)
    return {
        "format": as_, "rows": rows, "publication": publication, "filters": sorted(chosen),
        "division": chosen.get("division", ""),
    }  # fmt: skip


def _sent(columns: list[str], rows: Iterable[Mapping[str, Any]], name: str, as_: str) -> Response:
    pieces = csv_pieces(columns, rows) if as_ == "csv" else xlsx_pieces(columns, rows)
    # All rows are read for the first piece: what fails till then is answered, not a file that breaks off.
    whole = itertools.chain([next(pieces)], pieces)
    return StreamingResponse(whole, media_type=MEDIA_TYPES[as_], headers=attachment(f"{name}.{as_}"))


def _name(visit: Visit, listed: List, query: Query) -> str:
    """Return ``<what>-<month>-<division>``; where no division is chosen, those of one's grants."""
    chosen = dict(query.filters)
    month = visit.read_publication.month if visit.read_publication else chosen.get("month", "all")
    own = "+".join(sorted({grant.division for grant in visit.grants})[:_SHOWN_DIVISIONS])
    return f"{listed.name}-{month}-{chosen.get('division') or own}"
