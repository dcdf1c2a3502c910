"""Measure the rates and rules of a month's data, by county and table.

Reads:   landing.*, ops.*, site.*, the ledgers' divisions, reconciliation (fund data).
Writes:  quality.
Failure: the month's rates are the former ones; clear the task to measure again.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import dag, task

from dags.common import ASSETS, LOCKED, RUNS, after, run_if_due


@dag(
    dag_display_name="数据质量 Measure",
    schedule=after("quality"),
    tags=["quality"],
    doc_md=__doc__,
    **RUNS,
)
def measure() -> None:
    """Follow the reconciliation, for the rates of fund data need it."""

    @task(outlets=[ASSETS["quality"]], **LOCKED)
    def measure_quality(**context: Any) -> dict[str, Any]:
        from pipeline import steps

        return run_if_due(steps.measure, product="quality", context=context)

    measure_quality()


measure()
