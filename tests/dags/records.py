"""What the steps record in a warehouse, written without running them."""

import json

MONTH = "2024-05"


def record(connection, step: str, *, month: str = MONTH, feeds: list[str] | None = None) -> None:
    """Record one successful run of a step."""
    connection.execute(
        "insert into ops.runs (step, month, started_at, ended_at, outcome, detail)"
        " values (%s, %s, clock_timestamp(), clock_timestamp(), 'done', %s)",
        (step, month, json.dumps({"feeds": feeds} if feeds else {})),
    )


def record_month(connection, month: str) -> None:
    """Record a whole month, as the command line leaves it."""
    record(
        connection, "ingest", month=month, feeds=["production", "tax", "bank", "civil_registry", "finance"]
    )
    for step in ("build", "reconcile", "crosscheck", "measure", "publish"):
        record(connection, step, month=month)


def load_file(connection, feed: str, *, month: str, name: str) -> None:
    """Record a file of a feed as loaded."""
    connection.execute(
        "insert into ops.files (file_id, feed, format, month, sequence, name, sha256, state, decided_at)"
        " values (%s, %s, 'x', %s, 1, %s, %s, 'loaded', clock_timestamp())",
        (name, feed, month, name, name),
    )
