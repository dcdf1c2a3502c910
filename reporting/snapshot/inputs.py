"""What a publication was made from: the batches that its steps could read, and the months built before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import psycopg

from fundwatch.feeds import FILE_FEEDS

STEPS = ("build", "reconcile", "crosscheck", "measure")


@dataclass(frozen=True)
class Batches:
    """Ids of every input: extracts of the production database, and loaded files of the other feeds."""

    production: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()


def batches_of(connection: psycopg.Connection, month: str) -> Batches:
    """Return the batches of months up to ``month`` that its latest steps could read.

    What arrived after a step began is no input of what the step made, although it is landed.
    """
    query = "select step, max(started_at) from ops.runs where month = %s and outcome = 'done' group by step"
    begun = dict(connection.execute(query, (month,)).fetchall())
    others = [begun[step] for step in STEPS[1:] if step in begun]
    return Batches(
        production=landed_ids(connection, month, feeds=("production",), until=begun.get("build")),
        feeds=landed_ids(
            connection, month, feeds=FILE_FEEDS, until=max(others, default=None)
        ),
    )  # fmt: skip


def landed_ids(
    connection: psycopg.Connection, month: str, *, feeds: Sequence[str], until: datetime | None
) -> tuple[str, ...]:
    """Return the ids of what is loaded for months up to ``month``, decided by ``until`` (None: by now)."""
    rows = connection.execute(
        "select file_id from ops.files where feed = any(%(feeds)s) and month <= %(month)s"
        " and (state = 'loaded' or feed = 'production' and state = 'superseded')"
        " and (decided_at is null or %(until)s::timestamptz is null or decided_at <= %(until)s)",
        {"feeds": list(feeds), "month": month, "until": until},
    )
    return tuple(sorted(file_id for (file_id,) in rows))


def replay_of(connection: psycopg.Connection, month: str) -> list[dict]:
    """Return the runs that made what stands now of the months up to ``month``, to run them so again.

    A figure may compare with earlier months, and those stand as they were last built. A step that ran before
    the month was last built ran on the ledgers of the build before it, so that one is run again too.
    """
    rows = connection.execute(
        "select run_id, month, step, started_at, as_of, site_version from ops.runs"
        " where month <= %s and outcome = 'done' and step = any(%s) order by month, run_id",
        (month, list(STEPS)),
    ).fetchall()
    needed = set()
    for built in {row[1] for row in rows}:
        runs = [(run_id, step) for run_id, of_month, step, *_ in rows if of_month == built]
        last = {step: run_id for run_id, step in runs}
        builds = [run_id for run_id, step in runs if step == "build"]
        needed |= set(last.values())
        later = [run_id for step, run_id in last.items() if step != "build"]
        needed |= {max((b for b in builds if b < run_id), default=run_id) for run_id in later}
    return [
        {
            "month": built, "step": step, "began": began.isoformat(),
            "as_of": as_of.isoformat(), "site_version": site_version,
        }
        for run_id, built, step, began, as_of, site_version in rows
        if run_id in needed
    ]  # fmt: skip
