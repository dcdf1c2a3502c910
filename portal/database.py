"""The database as the portal reaches it: one pool a role, and one transaction a request.

Every transaction begins with the session's secret in ``fundwatch.session``; what may be seen follows from it
in the database. A stopped server makes requests fail at once and is found again without a restart.
"""

from __future__ import annotations

import select
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeVar

import psycopg
from psycopg import IsolationLevel, sql
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool, PoolTimeout, TooManyRequests

Query = str | sql.SQL | sql.Composed
Row = dict[str, Any]
Result = TypeVar("Result")

STATEMENT_SECONDS = 5
_CONNECT_SECONDS = 3
_WAIT_SECONDS = 3.0
_GIVE_UP_SECONDS = 2.0
_WAITING = 64
_MOST_LOST = 8
_BATCH = 500
_POOL_STATES = {"size": "pool_size", "idle": "pool_available", "waiting": "requests_waiting"}
# What a transaction that is not used any more may hold up; an export is read by a client that may be slow.
_IDLE_SECONDS = 60
_SETTINGS = (
    f"-c statement_timeout={STATEMENT_SECONDS * 1000} -c lock_timeout=2000"
    f" -c idle_in_transaction_session_timeout={_IDLE_SECONDS * 1000}"
    " -c TimeZone=UTC -c search_path=pg_catalog"
)


@dataclass(frozen=True)
class Urls:
    """Where the three login roles of the portal sign in; libpq URLs with passwords."""

    reading: str
    acts: str
    signin: str


class Pools:
    """The connections of one worker process, a pool for each login role."""

    def __init__(self, urls: Urls, *, reading: int = 8, acts: int = 4, signin: int = 4) -> None:
        """Make the pools without connecting; the figures are the most connections of each."""
        self.reading = _pool(urls.reading, "reading", most=reading, is_reading=True)
        self.acts = _pool(urls.acts, "acts", most=acts, is_reading=False)
        self.signin = _pool(urls.signin, "signin", most=signin, is_reading=False)

    def __enter__(self) -> Self:
        """Begin to connect, without waiting for it."""
        for pool in (self.reading, self.acts, self.signin):
            pool.open(wait=False)
        return self

    def state(self) -> dict[str, dict[str, int]]:
        """Return of each pool how many connections it has, how many are idle, how many requests wait."""
        stats = {pool.name: pool.get_stats() for pool in (self.reading, self.acts, self.signin)}
        return {
            name: {state: counts.get(key, 0) for state, key in _POOL_STATES.items()}
            for name, counts in stats.items()
        }

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close all connections."""
        for pool in (self.reading, self.acts, self.signin):
            pool.close(timeout=2.0)


class Reading:
    """The read transaction of one request: repeatable read, read only, of one session.

    It begins with the first query and ends with ``close``, or, once rows are streamed, with the stream.
    """

    def __init__(self, pool: ConnectionPool[psycopg.Connection[DictRow]], secret: str) -> None:
        """Remember the session; nothing is opened yet."""
        self._pool, self._secret = pool, secret
        self._connection: psycopg.Connection[DictRow] | None = None
        self._is_streaming = False

    def rows(self, query: Query, values: Mapping[str, Any] | None = None, *, seconds: int = 0) -> list[Row]:
        """Return the rows of a query; ``seconds`` lifts the limit of a statement for this one.

        Raises: what psycopg raises; ``portal.problems`` says what each is to the user.
        """
        connection = self._begun()
        if seconds:
            connection.execute("select set_config('statement_timeout', %s, true)", (f"{seconds}s",))
        rows = connection.execute(_composed(query), values).fetchall()
        if seconds:
            connection.execute("select set_config('statement_timeout', %s, true)", (f"{STATEMENT_SECONDS}s",))
        return rows

    def stream(self, query: Query, values: Mapping[str, Any] | None = None, *, size: int = _BATCH) -> Stream:
        """Return the rows of a query as they are fetched; the transaction lives until the stream ends."""
        connection = self._begun()
        cursor = connection.cursor(name="portal", row_factory=dict_row)
        cursor.itersize = size
        cursor.execute(_composed(query), values)
        self._is_streaming = True
        return Stream(cursor, self._release)

    def close(self) -> None:
        """End the transaction, unless its rows are still being streamed."""
        if not self._is_streaming:
            self._release()

    def _begun(self) -> psycopg.Connection[DictRow]:
        if self._connection is None:
            self._connection = self._lent_for_session()
        return self._connection

    def _lent_for_session(self) -> psycopg.Connection[DictRow]:
        """Return a connection whose transaction is the session's; one that dies just then is replaced."""

        def begun() -> psycopg.Connection[DictRow]:
            connection = lent(self._pool)
            try:
                set_session(connection, self._secret)
            except BaseException:
                _give_back(self._pool, connection)
                raise
            return connection

        return once_more(begun)

    def _release(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            _give_back(self._pool, connection)


class Stream:
    """Rows of a server-side cursor; whoever takes them need not know when the transaction ends.

    It ends with the last row, with ``close``, or when nobody holds the stream any more.
    """

    def __init__(self, cursor: psycopg.ServerCursor[DictRow], release: Any) -> None:
        """Take over a cursor and what gives its connection back."""
        self._cursor, self._rows, self._release = cursor, iter(cursor), release

    def __iter__(self) -> Iterator[Row]:
        """Return the stream itself."""
        return self

    def __next__(self) -> Row:
        """Return the next row."""
        try:
            return next(self._rows)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End the transaction. Again: nothing."""
        with suppress(psycopg.Error):
            self._cursor.close()
        self._release()

    def __del__(self) -> None:
        """End the transaction of a stream that was dropped."""
        self.close()


@contextmanager
def acting(pools: Pools, secret: str, *, request_id: str) -> Iterator[psycopg.Connection[DictRow]]:
    """Give a transaction of the role of acts for a session; it commits at the end of the block.

    Entries of the audit log made in it name the request.
    """
    connection = lent(pools.acts)
    try:
        with connection.transaction():
            connection.execute(
                "select set_config('fundwatch.session', %s, true), set_config('fundwatch.request', %s, true)",
                (secret, request_id),
            )
            yield connection
    finally:
        _give_back(pools.acts, connection)


@contextmanager
def signing_in(pools: Pools) -> Iterator[psycopg.Connection[DictRow]]:
    """Give a transaction of the role of sign-in; it commits at the end of the block."""
    connection = lent(pools.signin)
    try:
        with connection.transaction():
            yield connection
    finally:
        _give_back(pools.signin, connection)


def lent(pool: ConnectionPool[psycopg.Connection[DictRow]]) -> psycopg.Connection[DictRow]:
    """Return a connection of a pool that the server has not hung up on meanwhile.

    Raises: PoolTimeout, TooManyRequests (of psycopg_pool).
    """
    until = time.monotonic() + _WAIT_SECONDS
    while True:
        connection = pool.getconn(max(0.01, until - time.monotonic()))
        if not _is_lost(connection):
            return connection
        connection.close()
        pool.putconn(connection)
        if time.monotonic() > until:
            raise PoolTimeout("the server hangs up on every connection")


def once_more(query: Callable[[], Result]) -> Result:
    """Return what a query returns that changes nothing when it is done twice; a lost server is asked again.

    A backend that is being terminated may take a statement yet, and so may each other one of the pool.
    """
    for _ in range(_MOST_LOST):
        try:
            return query()
        except (psycopg.errors.AdminShutdown, psycopg.errors.CrashShutdown):
            continue
        except psycopg.OperationalError as error:
            # With a code, the server lives and refused; without one the connection broke.
            if error.sqlstate is not None or isinstance(error, PoolTimeout | TooManyRequests):
                raise
    return query()


def set_session(connection: psycopg.Connection[DictRow], secret: str) -> None:
    """Say whose transaction this is, as its first statement and until its end."""
    connection.execute("select set_config('fundwatch.session', %s, true)", (secret,))


def _is_lost(connection: psycopg.Connection[DictRow]) -> bool:
    """Whether an idle connection is of no use: the server said something, and answers no more."""
    if connection.closed:
        return True
    waiting, _, _ = select.select([connection.fileno()], [], [], 0)
    if not waiting:
        return False
    try:
        ConnectionPool.check_connection(connection)
    except psycopg.Error:
        return True
    return False


def _give_back(
    pool: ConnectionPool[psycopg.Connection[DictRow]], connection: psycopg.Connection[DictRow]
) -> None:
    """Return a connection to its pool, which rolls back what is open and drops what is broken."""
    pool.putconn(connection)


def _pool(url: str, name: str, *, most: int, is_reading: bool) -> ConnectionPool[psycopg.Connection[DictRow]]:
    def configure(connection: psycopg.Connection[DictRow]) -> None:
        if is_reading:
            connection.isolation_level = IsolationLevel.REPEATABLE_READ
            connection.read_only = True

    return ConnectionPool(
        url,
        connection_class=psycopg.Connection[DictRow],
        kwargs={
            "row_factory": dict_row,
            "connect_timeout": _CONNECT_SECONDS,
            "application_name": f"fundwatch portal {name}",
            "client_encoding": "UTF8",
            "options": _SETTINGS,
        },
        configure=configure,
        name=name,
        min_size=1,
        max_size=most,
        max_waiting=_WAITING,
        timeout=_WAIT_SECONDS,
        reconnect_timeout=_GIVE_UP_SECONDS,
        open=False,
    )


def _composed(query: Query) -> sql.SQL | sql.Composed:
    return sql.SQL(query) if isinstance(query, str) else query
