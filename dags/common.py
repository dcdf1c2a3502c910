"""The assets, and the one way a task calls a step: for one month, when its turn has come.

An asset's event is about one month, its partition key. A step's DAG is woken by every event of what it is
made from; the task then runs the step when all of it is there and something is newer than its last product,
and is skipped otherwise (``pipeline.freshness``). A run somebody asked for, by hand or by clearing
it, always runs the step.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from functools import reduce
from operator import or_
from typing import Any

from airflow.sdk import Asset, Param, PartitionedAssetTimetable
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowSkipException

from fundwatch.errors import FundwatchError, MonthInvalid, WarehouseBusy, WarehouseUnavailable
from fundwatch.feeds import FEEDS
from fundwatch.months import parse_month
from pipeline.freshness import MADE_FROM, Standing, facts_of, months_restated, standing

ASSETS = {name: Asset(name, uri=f"fundwatch://{name}") for name in (*FEEDS, *MADE_FROM)}
MONTH = Param(
    None,
    type=["null", "string"],
    pattern=r"^\d{4}-(0[1-9]|1[0-2])$",
    title="Month",
    description="YYYY-MM; empty: the partition key, that is the month of what woke this DAG",
)


def tell_of_failure(context: Mapping[str, Any]) -> None:
    """Raise the alert of a step that failed for good; one that was killed has left no word of it."""
    import alerts
    from fundwatch.settings import Settings
    from fundwatch.warehouse import open_warehouse

    step, _, feed = context["dag"].dag_id.partition("_")
    with failures_told("the alert of a failure"):
        month = month_of(context)
        alerts.report_failure(
            open_warehouse(Settings.read()), step=alerts.step_of(step, [feed] if feed else []), month=month
        )


RUNS = {
    "params": {"month": MONTH},
    "catchup": False,
    "default_args": {"owner": "data centre", "on_failure_callback": tell_of_failure},
}
PATIENCE = {"retries": 10, "retry_delay": timedelta(seconds=30), "execution_timeout": timedelta(minutes=50)}
LOCKED = PATIENCE | {"pool": "warehouse"}

log = logging.getLogger(__name__)


def after(product: str) -> PartitionedAssetTimetable:
    """Return the schedule of the step that makes ``product``: woken by any of what it is made from."""
    return PartitionedAssetTimetable(assets=reduce(or_, (ASSETS[name] for name in MADE_FROM[product])))


def in_turn(step: Callable, *, product: str, context: Mapping[str, Any], **options: Any) -> dict:
    """Run a step for the run's month, announce its product, and return the step's counts.

    Raises: AirflowSkipException (not its turn), AirflowFailException (a retry would not help),
    WarehouseBusy and WarehouseUnavailable (worth a retry).
    """
    from fundwatch.settings import Settings
    from fundwatch.warehouse import open_warehouse

    with failures_told(product):
        settings, month = Settings.read(), month_of(context)
        warehouse = open_warehouse(settings)
        if product in MADE_FROM and not _was_asked_for(context):
            with warehouse.connect() as connection:
                _skip_unless_due(product, month, standing(product, facts_of(connection, month)))
        summary = step(settings, month=month, **options)
        months = {month}
        if product in FEEDS:
            with warehouse.connect() as connection:
                months.update(months_restated(connection, product))
    context["outlet_events"][ASSETS[product]].add_partitions(sorted(months))
    return summary.counts()


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


def _was_asked_for(context: Mapping[str, Any]) -> bool:
    return context["dag_run"].run_type == "manual" or context["ti"].try_number > 1


def _skip_unless_due(product: str, month: str, stands: Standing) -> None:
    if stands.waits_for:
        raise AirflowSkipException(f"{product} of {month} waits for: {', '.join(stands.waits_for)}")
    if stands.is_fresh:
        raise AirflowSkipException(f"{product} of {month} is up to date")


@contextmanager
def failures_told(product: str) -> Iterator[None]:
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
