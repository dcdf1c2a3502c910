"""What waits for an auditor: suspicious points by state, the first twenty of the queue, overdue issues."""

from __future__ import annotations

from typing import Any

from portal.lists.query import Query
from portal.lists.reading import page_of
from portal.pages.cases.queue import QUEUE, QUEUE_ORDER, heads
from portal.pages.cases.rules import rule_names
from portal.pages.home.tasks import Task
from portal.pages.lists import total
from portal.visits import Publication, Visit

FIRST = 20
_STATES = """
    select s.state_now, count(*) as cases
    from published.cases as c
    inner join portal.case_states() as s on s.case_id = c.case_id
    where c.publication = %(publication)s
    group by s.state_now
"""
_WAITING = (
    ("open", "个疑点待核查"),
    ("dispatched", "个疑点已下发、待核实"),
    ("verified", "个疑点已核实、待认定"),
    ("decided", "个疑点已认定、待审批"),
    ("approved", "个疑点已审批、待追回或办结"),
    ("recovering", "个疑点追回中"),
)


def waiting(visit: Visit, publication: Publication | None) -> dict[str, Any]:
    """Return tasks by state and the first rows of the queue."""
    if publication is None:
        return {"tasks": [], "heads": (), "items": []}
    rows = visit.rows(_STATES, {"publication": publication.number})
    counts = {row["state_now"]: row["cases"] for row in rows}
    tasks = [Task(counts.get(state, 0), text, f"/cases?state_now={state}") for state, text in _WAITING]
    tasks.append(
        Task(
            total(visit, "issues", state_now="overdue"), "个问题逾期未整改", "/issues?state_now=overdue",
            urgent=True,
        )
    )  # fmt: skip
    queue = page_of(visit, QUEUE, Query(sort=QUEUE_ORDER, limit=FIRST, filters=()))
    return {"tasks": tasks, "heads": heads(rule_names(visit)), "items": queue.items}
