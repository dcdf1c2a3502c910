"""One DAG per feed: land what has arrived of it for months up to the run's month.

Reads:   the feed's folder of the inbox, or the production database.
Writes:  landing.*, quarantine.*, ops.files, ops.extracts.
Failure: nothing of a file that was being loaded stays; clear the task to run it again.

A feed announces its asset for the month even when nothing arrived, so that a missing feed holds up nobody.
"""

from __future__ import annotations

from airflow.sdk import CronPartitionTimetable, conf, dag, task

from dags.common import ASSETS, PATIENCE, RUNS, in_turn
from fundwatch.feeds import FEEDS

# On the 6th at two in the morning, for the month before.
MONTHLY = CronPartitionTimetable(
    "0 2 6 * *", timezone=conf.get("core", "default_timezone"), run_offset=-1, key_format="%Y-%m"
)


def _feed_dag(feed: str) -> None:
    @dag(
        dag_id=f"ingest_{feed}",
        schedule=MONTHLY,
        tags=["feed", feed],
        description=f"Land what has arrived of the feed {feed}",
        doc_md=__doc__,
        max_active_runs=1,
        **RUNS,
    )
    def ingest_feed():
        @task(outlets=[ASSETS[feed]], **PATIENCE)
        def land(**context):
            from pipeline import steps

            return in_turn(steps.ingest, product=feed, context=context, feed=feed)

        land()

    ingest_feed()


for _feed in FEEDS:
    _feed_dag(_feed)
