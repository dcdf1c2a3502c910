"""What landing records in a warehouse, written without landing anything."""

import json

from fundwatch.feeds import FEEDS

MONTH = "2024-05"


def land(connection, *feeds: str, month: str = MONTH) -> None:
    """Record one successful landing of feeds, all of them by default."""
    connection.execute(
        "insert into ops.runs (step, month, started_at, ended_at, outcome, detail)"
        " values ('ingest', %s, clock_timestamp(), clock_timestamp(), 'done', %s)",
        (month, json.dumps({"feeds": feeds or FEEDS})),
    )


def load_file(connection, feed: str, *, name: str, month: str = MONTH, state: str = "loaded") -> None:
    """Record a file of a feed."""
    connection.execute(
        "insert into ops.files (file_id, feed, format, month, sequence, name, sha256, state, decided_at)"
        " values (%s, %s, 'x', %s, 1, %s, %s, %s, clock_timestamp())",
        (name, feed, month, name, name, state),
    )


def extract(connection, *, sequence: int, month: str = MONTH) -> None:
    """Record an extract of one production table."""
    connection.execute(
        "insert into ops.extracts (month, sequence, table_name, file_id, source_rows, source_columns)"
        " values (%s, %s, 'AC01', %s, 1, '{AAC001}')",
        (month, sequence, f"ac01-{month}-{sequence}"),
    )
