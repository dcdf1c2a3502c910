"""Load the DAG files as Airflow does, in a process of its own, and describe them as JSON."""

import json
import sys
import time
from pathlib import Path

from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import Asset, CronPartitionTimetable, Param, PartitionedAssetTimetable, dag, task

AIRFLOWS_OWN = (Asset, CronPartitionTimetable, Param, PartitionedAssetTimetable, dag, task)

FOLDER = Path(__file__).resolve().parents[2] / "dags"
HEAVY = ("dbt", "great_expectations", "pandas", "duckdb", "splink", "sqlalchemy_utils", "typst", "altair")


def names(condition) -> list[str]:
    """Return the names of the assets of a condition, however nested."""
    parts = getattr(condition, "objects", None)
    return [condition.name] if parts is None else [name for part in parts for name in names(part)]


loaded_before = set(sys.modules)
seconds, dags, errors = {}, {}, {}
for file in sorted(FOLDER.glob("*.py")):
    if file.name in ("__init__.py", "common.py", "notes.py", "preload.py"):
        continue
    began = time.process_time()
    bag = DagBag(str(file), bundle_name="test")
    seconds[file.name] = time.process_time() - began
    errors.update(bag.import_errors)
    for name, loaded in bag.dags.items():
        timetable = loaded.timetable
        condition = getattr(timetable, "asset_condition", None)
        dags[name] = {
            "display_name": loaded.dag_display_name,
            "owner": loaded.owner,
            "tags": sorted(loaded.tags),
            "doc": loaded.doc_md or "",
            "key_format": getattr(timetable, "key_format", None),
            "woken_by": sorted(names(condition)) if condition else [],
            "any_wakes": type(condition).__name__ in ("Asset", "AssetAny"),
            "month": loaded.params.get_param("month").schema if "month" in loaded.params else None,
            "tasks": {
                dag_task.task_id: {
                    "outlets": [asset.name for asset in dag_task.outlets],
                    "pool": dag_task.pool,
                    "retries": dag_task.retries,
                    "tells": bool(dag_task.on_failure_callback),
                    "timeout": dag_task.execution_timeout and dag_task.execution_timeout.total_seconds(),
                }
                for dag_task in loaded.tasks
            },
        }
new = set(sys.modules) - loaded_before
heavy = sorted({name.partition(".")[0] for name in new} & set(HEAVY))
lines = {file.name: len(file.read_text().splitlines()) for file in FOLDER.glob("*.py")}
described = {"dags": dags, "errors": errors, "seconds": seconds, "heavy": heavy, "lines": lines}
sys.stdout.write("\n" + json.dumps(described))
