"""Advisory locks of landing, with a timeout for stalled holders.

Builds of months are kept apart by another lock: ``Warehouse.exclusive`` in fundwatch/database/warehouse.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from fundwatch.queries import lock_key

WAIT_SECONDS = 30
_CHECK_SECONDS = 20
_CHECKS = 3
# The holder of an advisory lock that waits for its client within a COPY, and the bytes it has copied so far.
# No timeout of the server ends such a session.
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
def advisory_lock(connection: psycopg.Connection, purpose: str) -> Iterator[None]:
    """Hold the advisory lock of ``purpose``, or continue without it when it is not released in time.

    It only saves double work; correctness depends on what each transaction checks at its end.
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


def acquire_lock(cursor: psycopg.Cursor, purpose: str) -> None:
    """Acquire the advisory lock of ``purpose`` until the transaction ends.

    A holder that stalled while sending rows, seen at the same byte for a minute, is terminated here; one that
    stalls between statements is ended by its own ``idle_in_transaction_session_timeout``.
    """
    previous, times = None, 0
    while True:
        try:
            with cursor.connection.transaction():
                cursor.execute(f"set local lock_timeout = '{_CHECK_SECONDS}s'")
                cursor.execute("select pg_advisory_xact_lock(%s)", (_key(purpose),))
        except psycopg.errors.LockNotAvailable:
            stalled = cursor.execute(_STALLED, (_key(purpose),)).fetchone()
            times = times + 1 if stalled == previous else 1
            previous = stalled
            if stalled and times >= _CHECKS:
                cursor.execute("select pg_terminate_backend(%s)", (stalled[0],))
        else:
            cursor.execute("set local lock_timeout = 0")
            return


def _key(purpose: str) -> int:
    return lock_key(f"landing {purpose}")
