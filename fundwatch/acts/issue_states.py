"""The state of an issue in an error list: as its waiver and its due day have it."""

from __future__ import annotations

import psycopg

# SQL over a waiver ``waivers`` and, in braces, the days that a list is judged on and an issue is due by.
IS_WAIVED = "waivers.is_lifted = false and {as_of} <= waivers.until"
STATE = f"""
    case
        when {IS_WAIVED} then 'waived'
        when {{due_on}} < {{as_of}} then 'overdue'
        else 'open'
    end"""


def restate(connection: psycopg.Connection, *, issue_id: str, from_month: str) -> int:
    """Update the state of one issue by its waivers in the lists from a month on; return the rows written."""
    return connection.execute(_RESTATE, {"issue": issue_id, "month": from_month}).rowcount


_RESTATE = f"""
update quality.rectification as listed
set
    state = {STATE.format(as_of="lists.as_of", due_on="listed.due_on")},
    reason = case when {IS_WAIVED.format(as_of="lists.as_of")} then waivers.reason end
from quality.error_lists as lists
left join lateral (
    select is_lifted, until, reason
    from quality.waivers
    where issue_id = %(issue)s and from_month <= lists.month
    order by waiver_id desc
    limit 1
) as waivers on true
where listed.issue_id = %(issue)s
    and listed.month = lists.month
    and listed.month >= %(month)s
    and listed.state <> 'corrected'
"""
