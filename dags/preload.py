"""What every task imports anyway, imported once by the scheduler before it forks the tasks' processes.

``airflow_local_settings`` imports this module in each of Airflow's processes; it nearly halves what a task
costs. Only modules that start no threads and open no connections belong here.
"""

import importlib
import sys

_SHARED = (
    "airflow.dag_processing.dagbag",
    "airflow.sdk.definitions.param",
    "airflow.sdk.execution_time.task_runner",
    "pipeline.steps",
    "pipeline.freshness",
    "fundwatch.database.warehouse",
)

if "scheduler" in sys.argv:
    for _name in _SHARED:
        importlib.import_module(_name)
    # A task must not record newer code than the modules it inherits.
    from pipeline.inputs import UPSTREAM, hash_code

    for _product in UPSTREAM:
        hash_code(_product)
