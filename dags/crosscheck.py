"""Match the sources of a month against each other and build its suspicious points.

Reads:   business_ledger, site.*, landing of production, civil_registry, tax, bank and declaration
Writes:  staging_civil_registry, staging_tax, staging_bank, staging_declaration, crosschecks.
Failure: the month's cases are the former ones; clear the task to match again.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import dag, task

from dags.common import ASSETS, LOCKED, RUNS, after, run_if_due


@dag(
    dag_display_name="交叉比对 Cross-check",
    schedule=after("cases"),
    tags=["crosschecks"],
    doc_md=__doc__,
    **RUNS,
)
def crosscheck() -> None:
    """Follow the ledgers, the civil registry, the tax bureau, the banks and the declarations."""

    @task(outlets=[ASSETS["cases"]], **LOCKED)
    def match_sources(**context: Any) -> dict[str, Any]:
        from pipeline import steps

        return run_if_due(steps.crosscheck, product="cases", context=context)

    match_sources()


crosscheck()
