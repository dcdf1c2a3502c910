"""Draw the signed edition of each publication that was approved at the portal, which draws no files.

Reads:   ops.publications and what is stored of them.
Writes:  ops.publication_signatures, ops.publication_signed_files, the folder of the publication.
Failure: the files stay those of the draft; the next run draws what is missing.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import dag, task

from dags.common import RETRIED, failures_reported


@dag(
    dag_display_name="签署版文件 Editions",
    schedule="*/10 * * * *",
    catchup=False,
    max_active_runs=1,
    default_args={"owner": "data centre"},
    tags=["publication"],
    doc_md=__doc__,
)
def editions() -> None:
    """Look for such publications every ten minutes; there is seldom one."""

    @task(**RETRIED | {"retries": 1})
    def draw() -> Any:
        from fundwatch.settings import Settings
        from pipeline import steps

        with failures_reported("editions"):
            return list(steps.write_editions(Settings.read()))

    draw()


editions()
