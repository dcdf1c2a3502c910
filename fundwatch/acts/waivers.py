"""Waivers: issues that need not be corrected until a day, with actor and reason."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

import psycopg

from fundwatch import audit
from fundwatch.actors import name_of_signer
from fundwatch.acts.issue_states import restate
from fundwatch.database.warehouse import Warehouse
from fundwatch.errors import NotFound, NotUnique, SignOffRefused, UsageWrong
from fundwatch.months import last_day

_LIKELY_ID = re.compile(r"[0-9a-f]{4,20}")
_SHOWN = 5


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
    """Waive an issue, given by its id or the beginning of it, up to and including a day.

    It is effective from the last month whose list has the issue; lists sent out before do not change.
    Again:  the later waiver wins.
    Raises: NotFound, NotUnique, SignOffRefused (already corrected, ends before it begins, no actor or no
            reason).
    """
    with warehouse.connect() as connection:
        last = _last_listed(connection, issue)
        if until < last.as_of:
            raise SignOffRefused(
                f"the waiver would end on {until}, before the list of {last.month} is judged on {last.as_of}",
                next_step="Give --until a later month or day",
            )
        return _enter(connection, last, name=name, reason=reason, until=until)


def lift(warehouse: Warehouse, *, issue: str, name: str, reason: str) -> Waived:
    """Lift a waiver, from the last month whose list has the issue.

    Raises: NotFound, NotUnique, SignOffRefused (not waived; no actor or no reason).
    """
    with warehouse.connect() as connection:
        last = _last_listed(connection, issue)
        if last.state != "waived":
            raise SignOffRefused(
                f"issue {last.issue_id} is not waived in {last.month}: it is {last.state}",
                next_step="Nothing has to be lifted",
            )
        return _enter(connection, last, name=name, reason=reason, until=None)


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


@dataclass(frozen=True)
class _Listed:
    """An issue in the last list that has it."""

    issue_id: str
    month: str
    division: str
    rule_id: str
    state: str
    as_of: date


def _last_listed(connection: psycopg.Connection, issue: str) -> _Listed:
    begins = issue.strip().lower()
    rows = (
        connection.execute(_LAST_LISTED, (f"{begins}%", _SHOWN + 1)).fetchall()
        if _LIKELY_ID.fullmatch(begins)
        else []
    )
    if not rows:
        raise NotFound(
            "no error list holds an issue of that id",
            next_step="Take the id from fundwatch export rectification, its first 4 characters or more",
        )
    if len(rows) > 1:
        shown = ", ".join(row[0] for row in rows[:_SHOWN])
        raise NotUnique(
            f"the ids of several issues begin so: {shown}{', …' if len(rows) > _SHOWN else ''}",
            next_step="Give more characters of the id",
        )
    return _Listed(*rows[0])


def _enter(
    connection: psycopg.Connection, last: _Listed, *, name: str, reason: str, until: date | None
) -> Waived:
    actor, reason = name_of_signer(name, act="a waiver"), reason.strip()
    if not reason:
        raise SignOffRefused("a waiver is given and lifted for a reason", next_step="Say why with --reason")
    if last.state == "corrected":
        raise SignOffRefused(
            f"issue {last.issue_id} was corrected in {last.month}", next_step="Nothing has to be waived"
        )
    connection.execute(
        "insert into quality.waivers (issue_id, is_lifted, from_month, until, reason, actor)"
        " values (%s, %s, %s, %s, %s, %s)",
        (last.issue_id, until is None, last.month, until, reason, actor),
    )
    rows = restate(connection, issue_id=last.issue_id, from_month=last.month)
    action = "waiver lifted" if until is None else "error waived"
    audit.append(
        connection, stream=audit.WAIVERS, actor=actor, action=action, about=f"issue {last.issue_id}",
        details={
            "rule": last.rule_id, "division": last.division, "from_month": last.month,
            "until": None if until is None else until.isoformat(), "reason": reason,
        },
    )  # fmt: skip
    [(state,)] = connection.execute(
        "select state from quality.rectification where (month, issue_id) = (%s, %s)",
        (last.month, last.issue_id),
    )
    return Waived(last.issue_id, last.rule_id, last.division, last.month, until, state, rows)


_LAST_LISTED = """
select distinct on (listed.issue_id)
    listed.issue_id, listed.month, listed.division, listed.rule_id, listed.state, lists.as_of
from quality.rectification as listed
inner join quality.error_lists as lists on lists.month = listed.month
where listed.issue_id like %s
order by listed.issue_id, listed.month desc
limit %s
"""
