"""Render a month into a draft publication, to be reviewed and approved by two people.

Reads:   reports, quality, crosschecks, reconciliation.
Writes:  ops.publications and the rendered files; unchanged content keeps its number.
Failure: no publication is made; clear the task to render again.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import dag, task

from dags.common import ASSETS, LOCKED, RUNS, after, run_if_due


@dag(
    dag_display_name="形成发布稿 Publish",
    schedule=after("publication"),
    tags=["publication"],
    doc_md=__doc__,
    **RUNS,
)
def publish() -> None:
    """Follow the rates and the cases."""

    @task(outlets=[ASSETS["publication"]], **LOCKED)
    def render_draft(**context: Any) -> dict[str, Any]:
        from pipeline import steps

        return run_if_due(steps.publish, product="publication", context=context)

    render_draft()


publish()
