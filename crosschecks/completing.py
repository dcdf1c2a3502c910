"""The end of a check: only a month that was checked to its end is checked again in part."""

from __future__ import annotations

from fundwatch.database.warehouse import Warehouse

_LAYER = "crosschecks"
_COMPLETE = """
update crosschecks.checked_months
set
    case_count = (select count(*) from crosschecks.cases where month = %(month)s),
    pair_count = (select count(*) from crosschecks.review_pairs where month = %(month)s)
where month = %(month)s
"""


def complete(warehouse: Warehouse, *, month: str) -> None:
    """Record that the check of a month came to its end, and how many cases and pairs for review it left.

    Again:  counted anew. A check that failed before it leaves the month to be checked in full.
    """
    with warehouse.connect(layer=_LAYER) as connection:
        connection.execute(_COMPLETE, {"month": month})
