"""Turns: workers at the same thing go one after the other, but nobody waits for ever for a stopped one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from fundwatch.queries import lock_key

WAIT_SECONDS = 30
_LOOK_SECONDS = 20
_LOOKS = 3
# Who holds an advisory lock and waits for its client in the middle of a COPY, and how far that has come.
# No timeout of the server ends this.
_STALLED = """
select activity.pid, progress.bytes_processed
from pg_locks as locks
inner join pg_stat_activity as activity on activity.pid = locks.pid
left join pg_stat_progress_copy as progress on progress.pid = locks.pid
where locks.locktype = 'advisory' and locks.granted and locks.objsubid = 1
    and locks.database = (select oid from pg_database where datname = current_database())
    and (locks.classid::bigint << 32) + locks.objid::bigint = %s
    and activity.state = 'active' and activity.wait_event = 'ClientRead'
"""


@contextmanager
def turn(connection: psycopg.Connection, purpose: str) -> Iterator[None]:
    """Hold the advisory lock of ``purpose``, or go on without it when its holder does not move.

    A courtesy that saves double work; correctness rests on what each transaction checks at its end.
    ``connection`` must be in autocommit mode.
    """
    key = _key(purpose)
    connection.execute(f"set lock_timeout = '{WAIT_SECONDS}s'")
    try:
        connection.execute("select pg_advisory_lock(%s)", (key,))
        held = True
    except psycopg.errors.LockNotAvailable:
        held = False
    connection.execute("reset lock_timeout")
    try:
        yield
    finally:
        if held and not connection.closed:
            connection.execute("select pg_advisory_unlock(%s)", (key,))


def take_turn(cursor: psycopg.Cursor, purpose: str) -> None:
    """Hold the advisory lock of ``purpose`` until the transaction ends.

    A holder that stopped while it was sending rows, seen at the same byte for a minute, is thrown out here;
    one that stops between statements is by its own ``idle_in_transaction_session_timeout``.
    """
    seen: list[tuple] = []
    while True:
        try:
            with cursor.connection.transaction():
                cursor.execute(f"set local lock_timeout = '{_LOOK_SECONDS}s'")
                cursor.execute("select pg_advisory_xact_lock(%s)", (_key(purpose),))
        except psycopg.errors.LockNotAvailable:
            stalled = cursor.execute(_STALLED, (_key(purpose),)).fetchone()
            seen = [*seen, stalled] if stalled and seen[-1:] == [stalled] else [stalled]
            if stalled and len(seen) >= _LOOKS:
                cursor.execute("select pg_terminate_backend(%s)", (stalled[0],))
        else:
            cursor.execute("set local lock_timeout = 0")
            return


def _key(purpose: str) -> int:
    return lock_key(f"landing {purpose}")
