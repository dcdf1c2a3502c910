"""The audit log by stream, with its verdict: whether the chain of hashes holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from fundwatch import audit as log
from portal.lists.query import only
from portal.lists.reading import require
from portal.presentation import address
from portal.problems import invalid
from portal.rendering import page
from portal.visits import CurrentVisit, Visit

router = APIRouter(include_in_schema=False)

ROWS = 100
# A longer chain is verified at the machine: fundwatch audit verify.
MOST_VERIFIED = 20_000
_FIRST = log.PUBLICATIONS
_ENTRIES = """
    select sequence, at, actor, action, object, details, hash
    from portal.audit_log(%(stream)s)
    where sequence < %(before)s
    limit %(most)s
"""
_BIGGEST = 2**62
_CHAINED = ("sequence", "at", "actor", "action", "object", "details")


@router.get("/admin/audit")
def audit(request: Request, visit: CurrentVisit) -> HTMLResponse:
    """Return the entries of a stream, the last first."""
    require(visit, "audit")
    given = only(request.query_params.multi_items(), ("lang", "stream", "before"))
    stream = given.get("stream") or _FIRST
    if stream not in log.STREAMS:
        raise invalid([("stream", "没有这个审计流")])
    before = _before(given.get("before", ""))
    values = {"stream": stream, "before": before, "most": ROWS + 1}
    entries = visit.rows(_ENTRIES, values)
    more = entries[ROWS:]
    entries = entries[:ROWS]
    return page(
        request, visit, "administration/audit.html", stream=stream, entries=entries,
        streams=log.STREAMS, verdict=verdict(visit, stream), most=MOST_VERIFIED,
        first_url=address("/admin/audit", stream=stream) if before < _BIGGEST else "",
        next_url=address("/admin/audit", stream=stream, before=entries[-1]["sequence"]) if more else "",
    )  # fmt: skip


def verdict(visit: Visit, stream: str) -> dict[str, Any]:
    """Return whether the chain of a stream holds: entries looked at, the first bad one, whether all were."""
    values = {"stream": stream, "before": _BIGGEST, "most": MOST_VERIFIED + 1}
    entries = visit.rows(_ENTRIES, values)
    is_whole = len(entries) <= MOST_VERIFIED
    return {
        "entries": len(entries),
        "is_whole": is_whole,
        "bad": first_bad(stream, reversed(entries), is_whole=is_whole),
    }


def first_bad(stream: str, entries: Iterable[Mapping[str, Any]], *, is_whole: bool) -> int | None:
    """Return the number of the first entry that does not follow from the one before; None where all do.

    ``entries``: oldest first. The first of a chain that is not whole is taken as it stands.
    """
    previous: str | None = "" if is_whole else None
    number = 0
    for entry in entries:
        if previous is None:
            previous, number = entry["hash"], entry["sequence"]
            continue
        follows = log.Entry(stream=stream, previous_hash=previous, **{name: entry[name] for name in _CHAINED})
        if entry["sequence"] != number + 1 or follows.digest() != entry["hash"]:
            return int(entry["sequence"])
        previous, number = entry["hash"], entry["sequence"]
    return None


def _before(text: str) -> int:
    if not text:
        return _BIGGEST
    if not text.isdecimal() or len(text) > len(str(_BIGGEST)) - 1:
        raise invalid([("before", "不是序号")])
    return int(text)
