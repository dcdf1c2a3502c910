"""The assets, and the one way a task calls a step: for one month, if it is due.

An asset's event is about one month, its partition key. A step's DAG is woken by every event of what it is
built from; the task then runs the step when all of it is there and something changed since its last run, and
is skipped otherwise (``pipeline.freshness``). A run somebody asked for, by hand or by clearing it, always
runs the step.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from airflow.sdk import Asset, Param, PartitionedAssetTimetable
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowSkipException

from fundwatch.errors import FundwatchError, MonthInvalid, WarehouseBusy, WarehouseUnavailable
from fundwatch.feeds import FEEDS
from fundwatch.months import PATTERN, add_months, parse_month
from pipeline.freshness import freshness, is_work_left
from pipeline.inputs import UPSTREAM

if TYPE_CHECKING:
    from pipeline.task import Summary

ASSETS = {name: Asset(name, uri=f"fundwatch://{name}") for name in (*FEEDS, *UPSTREAM)}
MONTH = Param(
    None,
    type=["null", "string"],
    pattern=f"^{PATTERN}$",
    title="月份 Month",
    description="YYYY-MM；留空：取分区键，即唤醒本流程的数据所属月份。"
    " YYYY-MM; empty: the partition key, that is the month of what woke this DAG",
)


def alert_of_failure(context: Mapping[str, Any]) -> None:
    """Raise the alert of a step that failed for good; one that was killed has raised none.

    A run that was triggered without a month concerns none: whoever triggered it sees why it failed.
    """
    import alerts
    from fundwatch.database.warehouse import open_warehouse
    from fundwatch.settings import Settings

    step, _, feed = context["dag"].dag_id.partition("_")
    with failures_reported("the alert of a failure"):
        try:
            month = month_of(context)
        except MonthInvalid as error:
            log.warning("no alert is raised: %s", error.what)
            return
        alerts.report_failure(
            open_warehouse(Settings.read()), step=alerts.step_of(step, [feed] if feed else []), month=month
        )


RUNS: dict[str, Any] = {
    "params": {"month": MONTH},
    "catchup": False,
    "default_args": {"owner": "data centre", "on_failure_callback": alert_of_failure},
}
RETRIED: dict[str, Any] = {
    "retries": 10,
    "retry_delay": timedelta(seconds=30),
    "execution_timeout": timedelta(minutes=50),
}
LOCKED = RETRIED | {"pool": "warehouse"}

# As long as Airflow itself waits for the first run of a monthly schedule.
IN_TIME = timedelta(days=3)

log = logging.getLogger(__name__)


def after(product: str) -> PartitionedAssetTimetable:
    """Return the schedule of the step that builds ``product``: woken by any of its inputs."""
    return PartitionedAssetTimetable(assets=reduce(or_, (ASSETS[name] for name in UPSTREAM[product])))


def run_if_due(step: Callable[..., Summary], *, product: str, context: Mapping[str, Any]) -> dict[str, Any]:
    """Run a step for the run's month, announce its product, and return the step's counts.

    A step that is up to date announces its product all the same while something downstream is due: a step
    that failed, say, is woken again by the next landing.
    Raises: AirflowSkipException (waits, or up to date), AirflowFailException (a retry would not help),
    WarehouseBusy and WarehouseUnavailable (worth a retry).
    """
    from fundwatch.settings import Settings
    from pipeline import task

    with failures_reported(product):
        settings, month, is_asked_for = Settings.read(), month_of(context), _is_asked_for(context)
        if not is_asked_for:
            waits_for = freshness(product, task.records_of(settings, month=month)).waits_for
            if waits_for:
                raise AirflowSkipException(f"{product} of {month} waits for: {', '.join(waits_for)}")
        summary = step(settings, month=month, force=is_asked_for)
        if isinstance(summary, task.Skipped) and not is_work_left(
            product, task.records_of(settings, month=month)
        ):
            raise AirflowSkipException(f"{product} of {month} is up to date")
    context["outlet_events"][ASSETS[product]].add_partitions([month])
    return dict(summary.counts())


def land_feed(feed: str, *, context: Mapping[str, Any]) -> dict[str, Any]:
    """Land a feed for the run's month, and announce every month that must be built after it.

    A scheduled run that is made up, the month before never landed, lands nothing: Airflow makes it up for the
    first backfill of a DAG, too.
    Raises: AirflowSkipException (landed, and nothing must be built), and as ``run_if_due``.
    """
    from fundwatch.settings import Settings
    from pipeline import steps, task

    with failures_reported(feed):
        settings, month = Settings.read(), month_of(context)
        if is_overtaken(context) and not task.is_landed(settings, feed, month=add_months(month, -1)):
            raise AirflowSkipException(f"{month} is past, and {feed} of the month before was never landed")
        summary = steps.ingest(settings, month=month, feed=feed)
        months = task.months_after_landing(settings, feed, month=month)
        if not months:
            raise AirflowSkipException(f"{feed} of {month} brought nothing new")
    context["outlet_events"][ASSETS[feed]].add_partitions(months)
    return dict(summary.counts())


def month_of(context: Mapping[str, Any]) -> str:
    """Return the month a run is about: its parameter, else its partition key; never a clock's.

    Raises: MonthInvalid.
    """
    given, key = context["params"].get("month"), context["dag_run"].partition_key
    if given and key and given != key:
        raise MonthInvalid(
            f"the parameter says {given} and the partition key {key}",
            next_step="Trigger the DAG again with one of them",
        )
    if not given and not key:
        raise MonthInvalid(
            "this run has no month", next_step="Trigger the DAG again with the parameter month"
        )
    return parse_month(given or key)


def is_overtaken(context: Mapping[str, Any]) -> bool:
    """Return whether this is a scheduled run that began days after its time: it is made up."""
    run = context["dag_run"]
    is_late = run.run_type == "scheduled" and run.start_date - run.run_after > IN_TIME
    return is_late and context["ti"].try_number == 1


def _is_asked_for(context: Mapping[str, Any]) -> bool:
    return context["dag_run"].run_type == "manual" or context["ti"].try_number > 1


@contextmanager
def failures_reported(product: str) -> Iterator[None]:
    """Turn failures into ones whose message holds no row values, and say which are worth a retry."""
    try:
        yield
    except (AirflowException, WarehouseBusy, WarehouseUnavailable):
        raise
    except FundwatchError as error:
        raise AirflowFailException(str(error)) from None
    except Exception as error:  # noqa: BLE001 - the message may hold row values; the place does not
        where = "".join(traceback.format_tb(error.__traceback__))
        log.error("%s failed with %s at\n%s", product, type(error).__name__, where)  # noqa: TRY400
        raise AirflowFailException(f"{product} failed with {type(error).__name__}") from None
