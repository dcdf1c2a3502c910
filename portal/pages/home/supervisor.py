"""What waits for a supervisor: issues, drafts to approve, answers to declare; the map of grades."""

from __future__ import annotations

from typing import Any

from fundwatch.acts.checklist import DECLARED
from portal.lists.reading import only_division
from portal.pages.home.tasks import Task
from portal.pages.lists import total
from portal.pages.quality.heat_map import heat_map
from portal.visits import Publication, Visit

# As published, where it did not change since; the few that changed, as they are now.
_OPEN = """
    with changed as materialized (select * from portal.issues_changed(%(publication)s))
    select now.division, now.state_now, count(*) as issues, min(now.due_on) as due_on
    from (
        select i.division, i.state as state_now, i.due_on
        from published.issues as i
        where i.publication = %(publication)s and {own} and i.state in ('open', 'overdue')
            and i.issue_id not in (select c.issue_id from changed as c)
        union all
        select i.division, c.state_now, i.due_on
        from published.issues as i
        inner join changed as c on c.issue_id = i.issue_id
        where i.publication = %(publication)s and {own} and c.state_now in ('open', 'overdue')
    ) as now
    group by now.division, now.state_now
    order by now.division
"""


def waiting(visit: Visit, publication: Publication | None) -> dict[str, Any]:
    """Return tasks, open issues by division, the map of grades."""
    rows = _open_issues(visit, publication) if publication else []
    by_state = {
        state: sum(row["issues"] for row in rows if row["state_now"] == state)
        for state in ("overdue", "open")
    }
    tasks = [
        Task(by_state["overdue"], "个问题逾期未整改", "/issues?state_now=overdue", urgent=True),
        Task(by_state["open"], "个问题待整改", "/issues?state_now=open"),
    ]
    if visit.has("supervisor", city_up=True):
        tasks += [
            Task(
                total(visit, "publications", state="reviewed"), "个发布待批准", "/publications?state=reviewed"
            ),
            Task(_undeclared(visit, publication), "项清单待申报", "/declarations"),
        ]
    return {
        "tasks": tasks,
        "issues": _by_division(rows),
        "map": heat_map(visit, publication) if publication else None,
    }


def _open_issues(visit: Visit, publication: Publication) -> list[dict[str, Any]]:
    division = only_division(visit, "issues")
    own = "true" if division is None else "i.division = %(division)s"
    return visit.rows(_OPEN.format(own=own), {"publication": publication.number, "division": division})


def _undeclared(visit: Visit, publication: Publication | None) -> int | None:
    if publication is None:
        return None
    answered = visit.rows(
        "select count(distinct item) as items from portal.declarations_read() where month = %(month)s",
        {"month": publication.month},
    )
    return len(DECLARED) - int(answered[0]["items"])


def _by_division(rows: list[dict[str, Any]]) -> dict[str, dict[str, dict[str, Any]]]:
    by_division: dict[str, dict[str, dict[str, Any]]] = {}
    for row in rows:
        by_division.setdefault(row["division"], {})[row["state_now"]] = row
    return by_division
