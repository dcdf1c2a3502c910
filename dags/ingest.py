"""One DAG per feed: land what has arrived of it for months up to the run's month.

Reads:   the feed's folder of the inbox, or the production database.
Writes:  landing.*, quarantine.*, ops.files, ops.extracts.
Failure: nothing of a file that was being loaded stays; clear the task to run it again.

A feed announces its asset for every month that must be built after it: for a month landed for the first time
even when nothing arrived, so that a missing feed holds up nobody. Where nothing is to be built the task ends
as skipped, and wakes nobody.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import CronPartitionTimetable, conf, dag, task

from dags.common import ASSETS, RETRIED, RUNS, land_feed
from fundwatch.feeds import FEEDS

# On the 6th at two in the morning, for the month before.
MONTHLY = CronPartitionTimetable(
    "0 2 6 * *", timezone=conf.get("core", "default_timezone"), run_offset=-1, key_format="%Y-%m"
)


NAMES = {
    "production": "生产库",
    "tax": "税务",
    "bank": "银行",
    "civil_registry": "民政公安",
    "finance": "财务",
    "declaration": "基数申报",
}


def _feed_dag(feed: str) -> None:
    @dag(
        dag_id=f"ingest_{feed}",
        dag_display_name=f"接收数据：{NAMES.get(feed, feed)} Land {feed}",
        schedule=MONTHLY,
        tags=["feed", feed],
        description=f"Land what has arrived of the feed {feed}",
        doc_md=__doc__,
        max_active_runs=1,
        **RUNS,
    )
    def ingest_feed() -> None:
        @task(outlets=[ASSETS[feed]], **RETRIED)
        def land(**context: Any) -> dict[str, Any]:
            return land_feed(feed, context=context)

        land()

    ingest_feed()


for _feed in FEEDS:
    _feed_dag(_feed)
