"""When each step runs: Airflow's DAGs, tables of contents only.

``ingest`` has one DAG per feed; ``build``, ``reconcile``, ``crosscheck``, ``measure`` and ``publish`` follow
the assets they need; ``alerts`` looks every hour, ``editions`` every ten minutes; ``common`` holds the assets
and the one way a task calls a step; ``preload`` is what all tasks share; ``notes`` writes each run's month
beside it.
"""

import os

from fundwatch.environment import ignore_foreign_variables

ignore_foreign_variables()
# A task's process ends without tidying up, and what tidies up after dbt's locks would say so in two lines:
# Airflow shows them as errors at the end of a step that succeeded.
os.environ.setdefault("PYTHONWARNINGS", "ignore:resource_tracker:UserWarning")
