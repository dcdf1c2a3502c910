"""Waivers: issues that need not be corrected until a day, with actor and reason."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from fundwatch.actors import name_of_signer
from fundwatch.acts.notes import checked_note
from fundwatch.acts.refusals import SHOWN, Connection, done, the_one
from fundwatch.database.warehouse import Warehouse
from fundwatch.errors import SignOffRefused, UsageWrong
from fundwatch.months import last_day

_LIKELY_ID = re.compile(r"[0-9a-f]{4,20}")


class WaiverRefused(SignOffRefused):
    """A waiver cannot be given or lifted: the issue does not stand so, or the waiver would end too early."""


@dataclass(frozen=True)
class Waived:
    """The waiver state of an issue, effective from a month; ``until`` is None when the waiver was lifted."""

    issue_id: str
    rule_id: str
    division: str
    from_month: str
    until: date | None
    state: str
    rows: int


def waive(warehouse: Warehouse, *, issue: str, name: str, reason: str, until: date) -> Waived:
    """Waive an issue, given by its id or the beginning of it, as ``waive_in`` does.

    Raises: NotUnique, and as ``waive_in``.
    """
    with warehouse.connect() as connection:
        return waive_in(connection, issue=issue, name=name, reason=reason, until=until)


def waive_in(
    connection: Connection, *, issue: str, reason: str, until: date, name: str | None = None
) -> Waived:
    """Waive an issue up to and including a day, in the caller's transaction.

    It is effective from the last month whose list has the issue; lists sent out before do not change.
    ``name``: who waives it, on a connection of the pipeline, to which the beginning of the id is enough. None
    on a connection of the portal: then it is the session's user, who must be a supervisor from the city up.
    Again:  the later waiver wins.
    Raises: NotFound, NotUnique, WaiverRefused (already corrected, ends before it begins, no actor or no
            reason), UsageWrong (a reason that may not be kept), NotPermitted, AuditUnavailable, WarehouseBusy
            (a month is being built; the command line holds builds off itself).
    """
    return _enter(connection, issue, name=name, reason=reason, until=until)


def lift(warehouse: Warehouse, *, issue: str, name: str, reason: str) -> Waived:
    """Lift a waiver, given by the issue's id or the beginning of it, as ``lift_in`` does.

    Raises: NotUnique, and as ``lift_in``.
    """
    with warehouse.connect() as connection:
        return lift_in(connection, issue=issue, name=name, reason=reason)


def lift_in(connection: Connection, *, issue: str, reason: str, name: str | None = None) -> Waived:
    """Lift a waiver, from the last month whose list has the issue, in the caller's transaction.

    Raises: as ``waive_in``; WaiverRefused when the issue is not waived.
    """
    return _enter(connection, issue, name=name, reason=reason, until=None)


def day_of(text: str) -> date:
    """Return the last day of a waiver: the day itself, or the last day of a month.

    Raises: UsageWrong.
    """
    try:
        return date.fromisoformat(text) if text.count("-") > 1 else last_day(_month(text))
    except ValueError:
        raise UsageWrong(
            f"--until {text!r} is neither a month nor a day", next_step="Write it as YYYY-MM or YYYY-MM-DD"
        ) from None


def _month(text: str) -> str:
    return f"{date.fromisoformat(f'{text}-01'):%Y-%m}"


def _find(connection: Connection, issue: str) -> str:
    begins = issue.strip().lower()
    rows = (
        connection.execute(_FIND, (f"{begins}%", SHOWN + 1)).fetchall()
        if _LIKELY_ID.fullmatch(begins)
        else []
    )
    return the_one(
        [issue_id for (issue_id,) in rows],
        plural="issues",
        nothing="no error list holds an issue of that id",
        next_step="Take the id from fundwatch export rectification, its first 4 characters or more",
    )


def _enter(
    connection: Connection, issue: str, *, name: str | None, reason: str, until: date | None
) -> Waived:
    issue_id = issue if name is None else _find(connection, issue)
    actor = None if name is None else name_of_signer(name, act="a waiver")
    values = {"who": actor, "issue": issue_id, "until": until, "reason": checked_note(reason)}
    act = _WAIVE_OWN if actor is None else _WAIVE
    try:
        month, division, rule_id, state, rows = done(connection, act, values)
    except SignOffRefused as refused:
        raise WaiverRefused(refused.what, state=refused.state, next_step=refused.next_step) from None
    return Waived(issue_id, rule_id, division, month, until, state, rows)


_FIND = """
select distinct issue_id
from quality.rectification
where issue_id like %s
order by issue_id
limit %s
"""
_WAIVER = "%(issue)s, %(until)s::date, %(reason)s)"
_WAIVE = f"select month, division, rule_id, state, rows from ops.waive_issue(%(who)s, {_WAIVER}"
_WAIVE_OWN = f"select month, division, rule_id, state, rows from portal.waive_issue({_WAIVER}"
