"""Run one month through Airflow's own scheduler, and report its progress."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

from fundwatch.database.warehouse import open_warehouse
from fundwatch.errors import ServiceFailed
from fundwatch.feeds import FEEDS
from fundwatch.months import parse_month
from fundwatch.settings import Settings
from pipeline.freshness import is_ready, is_settled
from pipeline.inputs import UPSTREAM
from pipeline.services.airflow import api_of, status
from pipeline.services.api import AirflowApi
from pipeline.task import records_of

_POLL_SECONDS = 0.5
_FAILURES_SECONDS = 2.0
_PAGE = 100
_RUNS_SINCE = """
    select
        run_id,
        concat_ws(' ', step, case when step = 'ingest' then detail -> 'feeds' ->> 0 end),
        outcome
    from ops.runs
    where month = %s and run_id > %s and ended_at is not null
    order by ended_at
"""


def run_month(
    settings: Settings,
    month: str,
    *,
    on_progress: Callable[[str], None] = print,
    timeout_seconds: float = 1800.0,
) -> None:
    """Trigger the five feed DAGs for ``month`` and wait until everything downstream is built from them.

    ``on_progress`` gets one line whenever a step of the month has ended.
    Again:  every feed is landed again; only what changed is built again.
    Raises: MonthInvalid, ServiceFailed (what failed, and where its log is), WarehouseUnavailable.
    """
    parse_month(month)
    api, begun, since = api_of(settings), time.monotonic(), datetime.now(UTC)
    with open_warehouse(settings).connect(autocommit=True) as connection:
        ((before,),) = connection.execute("select coalesce(max(run_id), 0) from ops.runs").fetchall()
        for feed in FEEDS:
            run = {"logical_date": None, "partition_key": month, "conf": {"month": month}}
            api.post(f"dags/ingest_{feed}/dagRuns", run)
        reported: set[int] = set()  # runs end in another order than they begin
        landed: set[str] = set()
        looked = begun
        while not landed.issuperset(f"ingest {feed}" for feed in FEEDS) or not _is_settled(
            api, settings, month
        ):
            elapsed = time.monotonic() - begun
            if time.monotonic() - looked > _FAILURES_SECONDS:
                _raise_if_failed(api, settings, month=month, since=since)
                looked = time.monotonic()
            if elapsed > timeout_seconds:
                raise _too_slow(settings, month, elapsed, api)
            time.sleep(_POLL_SECONDS)
            for run_id, step, outcome in connection.execute(_RUNS_SINCE, (month, before)).fetchall():
                if run_id in reported:
                    continue
                reported.add(run_id)
                on_progress(f"{month}  {time.monotonic() - begun:4.0f} s  {step} {outcome}")
                landed |= {step} if outcome == "done" else set()


def _is_settled(api: AirflowApi, settings: Settings, month: str) -> bool:
    """Whether the publication is built from all that is there, and its run has ended."""
    if not is_settled(records_of(settings, month=month)):
        return False
    runs = api.get("dags/publish/dagRuns", state=["queued", "running"], limit=_PAGE)["dag_runs"]
    return not any(run["partition_key"] == month for run in runs)


def _raise_if_failed(api: AirflowApi, settings: Settings, *, month: str, since: datetime) -> None:
    """Raise ServiceFailed when a run of this month failed after ``since``."""
    runs = api.get("dags/~/dagRuns", state="failed", updated_at_gte=since.isoformat(), limit=_PAGE)
    failed = [run for run in runs["dag_runs"] if run["partition_key"] == month]
    if failed:
        run = failed[0]
        logs = status(settings).logs / f"dag_id={run['dag_id']}" / f"run_id={run['dag_run_id']}"
        raise ServiceFailed(
            f"{run['dag_id']} failed for {month}",
            state="What was built before it is kept",
            next_step=f"Read {logs}, then clear the run at {api.server}",
        )


def _too_slow(settings: Settings, month: str, elapsed: float, api: AirflowApi) -> ServiceFailed:
    records = records_of(settings, month=month)
    missing = [name for name in UPSTREAM if not is_ready(name, records)]
    return ServiceFailed(
        f"{month} is not finished after {elapsed:.0f} s; not built yet: {', '.join(missing)}",
        state="What was built of it is kept, and its runs go on",
        next_step=f"Look at the DAGs at {api.server}",
    )
