"""Set tax, treasury, bank and books of a month against its ledgers, and verify its contribution bases.

Reads:   business_ledger, landing.tax__*, landing.bank__*, landing.finance__*,
         landing.declaration__*, site.*
Writes:  staging_tax, staging_bank, staging_finance, staging_declaration, reconciliation, bases.
Failure: the month's results are the former ones; clear the task to compare again.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import dag, task

from dags.common import ASSETS, LOCKED, RUNS, after, run_if_due


@dag(
    dag_display_name="对账 Reconcile",
    schedule=after("reconciliation"),
    tags=["reconciliation"],
    doc_md=__doc__,
    **RUNS,
)
def reconcile() -> None:
    """Follow the ledgers, tax, bank, finance and declarations."""

    @task(outlets=[ASSETS["reconciliation"]], **LOCKED)
    def compare_sources(**context: Any) -> dict[str, Any]:
        from pipeline import steps

        return run_if_due(steps.reconcile, product="reconciliation", context=context)

    compare_sources()


reconcile()
