"""What waits for a statistician: drafts to review; the forms of the last month."""

from __future__ import annotations

from typing import Any

from portal.pages.home.tasks import Task
from portal.pages.lists import total
from portal.pages.reports.forms import forms_of
from portal.visits import Publication, Visit


def waiting(visit: Visit, publication: Publication | None) -> dict[str, Any]:
    """Return tasks and forms."""
    tasks = []
    if visit.has("statistician", city_up=True):
        tasks = [
            Task(total(visit, "publications", state="draft"), "个草稿待复核", "/publications?state=draft"),
            Task(
                total(visit, "publications", state="reviewed"), "个发布已复核、待批准",
                "/publications?state=reviewed",
            ),
        ]  # fmt: skip
    return {"tasks": tasks, "forms": forms_of(visit, publication) if publication else []}
