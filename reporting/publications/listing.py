"""The publications there are: which version of its month each is, who signed it, what it waits for."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg

from reporting.publications.corrections import all_changes
from reporting.publications.stored import stated_in

_PUBLICATIONS = """
    select number, month, row_number() over (partition by month order by number), state, is_current,
        preparer, reviewer, approver, replaces,
        number = max(number) over (partition by month), month in (select month from ops.forgotten_months),
        cardinality(statement_faults) > 0
    from ops.publications
    order by month desc, number desc
"""


_WAITS_FOR = {"draft": "review", "reviewed": "approval"}


@dataclass(frozen=True)
class Listed:
    """One publication: the ``version``-th of its month.

    ``waits_for``: review, approval, statements in order, or nothing (also a draft that a later one, or
    forgetting, overtook).
    ``changed``: how many cells, rates, rules and cases differ from the publication it corrects.
    """

    number: int
    month: str
    version: int
    state: str
    is_current: bool
    prepared_by: str
    reviewed_by: str | None
    approved_by: str | None
    corrects: int | None
    waits_for: str
    changed: int | None


def publications(connection: psycopg.Connection) -> list[Listed]:
    """Return all publications, those of the latest month first."""
    return [
        Listed(
            number=number,
            month=month,
            version=version,
            state=state,
            is_current=is_current,
            prepared_by=preparer,
            reviewed_by=reviewer,
            approved_by=approver,
            corrects=replaces,
            waits_for=_waits_for(state, has_faults=has_faults) if is_latest and not is_forgotten else "",
            changed=_changed(connection, number, replaces),
        )
        for number, month, version, state, is_current, preparer, reviewer, approver, replaces, is_latest,
            is_forgotten, has_faults in connection.execute(_PUBLICATIONS).fetchall()
    ]  # fmt: skip


def _waits_for(state: str, *, has_faults: bool) -> str:
    if state == "reviewed" and has_faults:
        return "statements in order"
    return _WAITS_FOR.get(state, "")


def _changed(connection: psycopg.Connection, number: int, former: int | None) -> int | None:
    if former is None:
        return None
    return len(all_changes(stated_in(connection, former), stated_in(connection, number)))
