"""Look for late feeds, refused files and failed steps, and deliver the alerts of them.

Reads:   ops, site.*
Writes:  ops.alerts, ops.alert_digests, ops.alert_deliveries; mail and webhook where they are configured.
Failure: nothing is lost; the next run finds the same and delivers it.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import dag, task

from dags.common import RETRIED, failures_reported


@dag(
    dag_display_name="告警 Alerts",
    schedule="7 * * * *",
    catchup=False,
    max_active_runs=1,
    default_args={"owner": "data centre"},
    tags=["alerts"],
    doc_md=__doc__,
)
def alerts() -> None:
    """Look and deliver every hour, by the clock: only alerts and status know what day it is."""

    @task(**RETRIED | {"retries": 1})
    def deliver() -> Any:
        from alerts.round import run_now

        with failures_reported("alerts"):
            return run_now()

    deliver()


alerts()
