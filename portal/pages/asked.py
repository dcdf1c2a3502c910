"""Which publication a page is asked to be of, and which months there are to ask for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from starlette.requests import Request

from portal.lists.catalogue import LISTS
from portal.lists.query import Query, only
from portal.lists.reading import require
from portal.problems import Problem
from portal.visits import Publication, Visit

_NAMED = ("month", "publication")
_MONTHS = "select distinct month from published.divisions order by month desc limit 36"


@dataclass
class Asked:
    """The publication, None while nothing is approved; ``months`` are those that have one."""

    publication: Publication | None
    months: list[str] = field(default_factory=list)
    status: int = 200


def asked_publication(request: Request, visit: Visit, *, relation: str, also: Sequence[str] = ()) -> Asked:
    """Return the publication that ``month`` or ``publication`` of the address names, else the last approved.

    ``also``: what else the address may name.

    Raises: Problem (404 the user does not read the relation, or there is no such publication; 410; 422).
    """
    require(visit, relation)
    month, number = _parameters(request, also)
    months = [row["month"] for row in visit.rows(_MONTHS)]
    try:
        return Asked(visit.publication(month, number), months)
    except Problem as problem:
        if problem.slug == "not-found" and month is None and number is None:
            return Asked(None, months)
        raise


def _parameters(request: Request, also: Sequence[str]) -> tuple[str | None, int | None]:
    """Return month and number of the address.

    Raises: Problem (422).
    """
    given = only(request.query_params.multi_items(), ("lang", *_NAMED, *also))
    named = [(name, given[name]) for name in _NAMED if given.get(name, "").strip()]
    query = Query.parsed(LISTS["figures"], named)
    return query.month, query.publication
