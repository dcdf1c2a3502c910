"""When each step runs: Airflow's DAGs, tables of contents only.

``ingest`` has one DAG per feed; ``build``, ``reconcile``, ``crosscheck``, ``measure`` and ``publish`` follow
the assets they need; ``alerts`` looks every hour; ``common`` holds the assets and the one way a task calls
a step; ``preload`` is what all tasks share.
"""
