"""The month of each run, noted at the run: Airflow's lists and grid show notes, and no partition key.

A file of Airflow's plugins folder imports ``Fundwatch`` from here.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from airflow.listeners import hookimpl
from airflow.plugins_manager import AirflowPlugin

if TYPE_CHECKING:
    from airflow.models.dagrun import DagRun


@hookimpl
def on_dag_run_running(dag_run: DagRun, msg: str) -> None:  # noqa: ARG001 - Airflow passes it by name
    """Note the month at a run that begins, unless somebody noted something else."""
    month = dag_run.partition_key or (dag_run.conf or {}).get("month")
    if month and not dag_run.note:
        dag_run.note = str(month)


class Fundwatch(AirflowPlugin):
    """Makes this module a listener of the scheduler."""

    name = "fundwatch"
    listeners = [sys.modules[__name__]]  # noqa: RUF012 - as Airflow declares it
