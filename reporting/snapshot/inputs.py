"""The inputs of a publication: the batches its steps could read, and the runs that led to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import psycopg

from fundwatch.feeds import FILE_FEEDS

STEPS = ("build", "reconcile", "crosscheck", "measure")
# What the build of a later month builds of an earlier one that nobody ran.
LEDGERS_ALONE = "business_ledger"
# Step -> the steps whose results it reads, as their last run before it left them.
RESTS_ON = {
    "build": (), "reconcile": ("build",), "crosscheck": ("build",), "measure": ("build", "reconcile"),
    LEDGERS_ALONE: (),
}  # fmt: skip


@dataclass(frozen=True)
class Batches:
    """Ids of every input: extracts of the production database, and loaded files of the other feeds."""

    production: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()


def batches_of(connection: psycopg.Connection, month: str) -> Batches:
    """Return the batches of months up to ``month`` that its latest steps could read.

    What landed after a step began is no input of that step.
    """
    query = "select step, max(started_at) from ops.runs where month = %s and outcome = 'done' group by step"
    started: dict[str, datetime] = dict(connection.execute(query, (month,)).fetchall())
    later = [started[step] for step in STEPS[1:] if step in started]
    return Batches(
        production=landed_ids(connection, month, feeds=("production",), until=started.get("build")),
        feeds=landed_ids(
            connection, month, feeds=FILE_FEEDS, until=max(later, default=None)
        ),
    )  # fmt: skip


def landed_ids(
    connection: psycopg.Connection, month: str, *, feeds: Sequence[str], until: datetime | None
) -> tuple[str, ...]:
    """Return the ids of batches loaded for months up to ``month`` by ``until`` (None: by now)."""
    rows = connection.execute(
        "select file_id from ops.files where feed = any(%(feeds)s) and month <= %(month)s"
        " and (state = 'loaded' or feed = 'production' and state in ('superseded', 'held'))"
        " and (decided_at is null or %(until)s::timestamptz is null or decided_at <= %(until)s)",
        {"feeds": list(feeds), "month": month, "until": until},
    )
    return tuple(sorted(file_id for (file_id,) in rows))


def replay_of(connection: psycopg.Connection, month: str) -> list[dict[str, str]]:
    """Return the runs behind the current state of the months up to ``month``, for ``reproduce`` to repeat.

    A figure may compare with earlier months, in the state of their last build. A step that ran before the
    last run of one it rests on read the results of an earlier run, so that run is listed too.
    """
    rows = connection.execute(
        "select run_id, month, step, started_at, as_of, site_version from ops.runs"
        " where month <= %s and outcome = 'done' and step = any(%s) order by month, run_id",
        (month, list(RESTS_ON)),
    ).fetchall()
    needed: set[int] = set()
    for built in {row[1] for row in rows}:
        runs = [(run_id, step) for run_id, run_month, step, *_ in rows if run_month == built]
        last = {step: (run_id, step) for run_id, step in runs}
        if last.get("build", (0,)) > last.get(LEDGERS_ALONE, (0,)):
            last.pop(LEDGERS_ALONE, None)
        waiting = list(last.values())
        while waiting:
            run_id, step = waiting.pop()
            needed.add(run_id)
            for read in RESTS_ON[step]:
                before = [run for run in runs if run[1] == read and run[0] < run_id]
                waiting += [run for run in before[-1:] if run[0] not in needed]
    return [
        {
            "month": built, "step": step, "began": started_at.isoformat(),
            "as_of": as_of.isoformat(), "site_version": site_version,
        }
        for run_id, built, step, started_at, as_of, site_version in rows
        if run_id in needed
    ]  # fmt: skip
