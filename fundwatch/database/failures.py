"""A full disk, a lost server and a missing right, whatever library reports them and wraps them.

Messages of databases may quote rows: only their kind is passed on.
"""

from __future__ import annotations

import errno
import re
import sqlite3
from collections.abc import Iterator

import psycopg

from fundwatch.errors import DiskFull, FolderUnusable, FundwatchError, WarehouseUnavailable

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_CLOSED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_RAISED = "exec_stmt_raise"
_SAYS_FULL = re.compile(
    r"No space left on device|disk is full|Disk quota exceeded|设备上没有空间|磁盘已满", re.I
)
_SAYS_LOST = re.compile(
    r"server closed the connection|terminating connection|connection to server|could not connect|"
    r"connection (?:is|already) (?:closed|lost)|database system is (?:shutting down|starting up|in recovery)|"
    r"SSL SYSCALL|consuming input failed|could not receive data|could not send data",
    re.I,
)


def failure_behind(error: BaseException) -> FundwatchError | None:
    """Return what an operator has to mend behind an error of a library; None where it is something else."""
    causes = list(_causes(error))
    if any(_is_full(cause) for cause in causes):
        return disk_full()
    refused = next(
        (cause for cause in causes if isinstance(cause, psycopg.errors.InsufficientPrivilege)), None
    )
    # What a trigger of ours refuses is no matter of rights.
    if refused is not None and refused.diag.source_function != _RAISED:
        return lacks_right(refused)
    lost = next((cause for cause in causes if _is_lost(cause)), None)
    if lost is not None:
        return _server_lost(type(lost).__name__)
    closed = next((cause for cause in causes if isinstance(cause, OSError) and cause.errno in _CLOSED), None)
    if isinstance(closed, OSError) and closed.filename:
        return FolderUnusable(
            f"{closed.filename!s} is closed to this user ({closed.strerror})",
            next_step="Run the command as its owner, or set FUNDWATCH_HOME to a folder of your own",
        )
    return None


def failure_in(message: object) -> FundwatchError | None:
    """Return what an operator has to mend, from the text that a library left of an error of the database."""
    text = str(message or "")
    if _SAYS_FULL.search(text):
        return disk_full()
    return _server_lost("as its message says") if _SAYS_LOST.search(text) else None


def disk_full() -> DiskFull:
    """Return the one error of a disk without room, whoever met it."""
    return DiskFull(
        "a disk is full: of the warehouse, of FUNDWATCH_HOME or of the folder for temporary files",
        state="What was being written is in wholly or not at all, everything before it is in",
        next_step="Free space, then run the same command again",
    )


def lacks_right(refused: psycopg.Error) -> WarehouseUnavailable:
    """Return our error for a right that our user lacks; the server's words name what it is on."""
    return WarehouseUnavailable(
        f"the database user lacks a right ({refused.diag.message_primary})",
        state="What was finished before is kept",
        next_step="Let the user of FUNDWATCH_DATABASE_URL own the database, or grant it what is missing",
    )


def _server_lost(kind: str) -> WarehouseUnavailable:
    return WarehouseUnavailable(
        f"the warehouse failed or broke the connection off ({kind})",
        state="What was being written is in wholly or not at all, everything before it is in",
        next_step="Check the server's log and its free disk space, then run the same command again",
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error, what it wraps and what it arose from, each once."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        cause = waiting.pop(0)
        if isinstance(cause, BaseException) and id(cause) not in seen:
            seen.add(id(cause))
            yield cause
            waiting += [getattr(cause, "orig", None), cause.__cause__, cause.__context__]


def _is_full(error: BaseException) -> bool:
    if isinstance(error, OSError):
        return error.errno in _FULL
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorname", "") == "SQLITE_FULL"
    state = getattr(error, "sqlstate", None) or getattr(error, "pgcode", None)
    return isinstance(state, str) and state == psycopg.errors.DiskFull.sqlstate


def _is_lost(error: BaseException) -> bool:
    """Return whether psycopg, or psycopg2 (which dbt and SQLAlchemy use), lost the server."""
    return type(error).__module__.partition(".")[0] in ("psycopg", "psycopg2") and any(
        kind.__name__ in ("OperationalError", "InterfaceError") for kind in type(error).__mro__
    )
