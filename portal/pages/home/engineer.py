"""What waits for an engineer: late feeds, files held or refused, steps that failed."""

from __future__ import annotations

from typing import Any

from portal.pages.home.tasks import Task
from portal.visits import Publication, Visit

_FILES = """
    select file_id, name, feed, division, month, state, reason
    from portal.feed_files()
    where state in ('rejected', 'held', 'waiting')
    order by array_position(array['rejected', 'held', 'waiting'], state), month desc nulls last, feed, name
"""
_ALERTS = """
    select kind, text_zh, text_en, raised_at
    from portal.alerts()
    where resolved_at is null
    order by raised_at desc
"""
_FAILED = """
    select count(*) as runs from (
        select distinct on (step, month) outcome from portal.runs() order by step, month, run_id desc
    ) as last
    where outcome = 'failed'
"""
_SHOWN = 100


def waiting(visit: Visit, _: Publication | None) -> dict[str, Any]:
    """Return tasks, alerts that stand, and the files that did not load."""
    files, alerts = visit.rows(_FILES), visit.rows(_ALERTS)
    tasks = [
        Task(
            sum(alert["kind"] == "overdue" for alert in alerts), "个来源逾期未到", "#alerts", urgent=True
        ),
        Task(_in(files, "rejected"), "个文件被退回", "/files?state=rejected", urgent=True),
        Task(_in(files, "held"), "个文件暂挂", "/files?state=held"),
        Task(_in(files, "waiting"), "个文件不完整", "/files?state=waiting"),
        Task(visit.rows(_FAILED)[0]["runs"], "个步骤失败", "/runs?outcome=failed", urgent=True),
    ]  # fmt: skip
    return {"tasks": tasks, "alerts": alerts[:_SHOWN], "files": files[:_SHOWN], "files_count": len(files)}


def _in(files: list[dict[str, Any]], state: str) -> int:
    return sum(file["state"] == state for file in files)
