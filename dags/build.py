"""Build a month's ledgers, statistics and report forms from the production extracts alone.

Reads:   landing.production__*, site.*
Writes:  staging_production, business_ledger, statistical_ledger, reports.
Failure: layers already built stay; the next one is as it was; clear the task to build all again.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import dag, task

from dags.common import ASSETS, LOCKED, RUNS, after, run_if_due


@dag(
    dag_display_name="生成台账和报表 Build",
    schedule=after("ledgers"),
    tags=["ledgers"],
    doc_md=__doc__,
    **RUNS,
)
def build() -> None:
    """Follow each month's production extract."""

    @task(outlets=[ASSETS["ledgers"]], **LOCKED)
    def build_ledgers(**context: Any) -> dict[str, Any]:
        from pipeline import steps

        return run_if_due(steps.build, product="ledgers", context=context)

    build_ledgers()


build()
