"""The command line: every action of Fundwatch is one command."""

from __future__ import annotations

import errno
import sys
import traceback
from pathlib import Path

from typer.exceptions import TyperException

from cli.commands import app
from cli.output import spelt
from fundwatch.errors import DiskFull, FundwatchError, UsageWrong, WarehouseUnavailable

__all__ = ["app", "main"]

UNEXPECTED = 70


def main() -> None:
    """Run the command line; a known failure is one line on stderr and its own exit code."""
    try:
        exit_code = app(standalone_mode=False)
    except TyperException as error:
        _refuse_usage(error)
    except FundwatchError as error:
        _fail(str(error), error.exit_code)
    except KeyboardInterrupt:
        _fail("stopped by the operator. What was finished stays. Run the same command again.", 130)
    except Exception as error:  # noqa: BLE001 - the last line of defence: a message may quote a row
        _fail_unforeseen(error)
    raise SystemExit(exit_code)


def _fail_unforeseen(error: Exception) -> None:
    """Print one line for a lost server, a full disk, or a defect of ours."""
    # Whoever raised an error of psycopg has imported it; the start of a command does not.
    psycopg = sys.modules.get("psycopg")
    if psycopg is not None and isinstance(error, psycopg.OperationalError):
        _fail_without_warehouse(error, is_full=isinstance(error, psycopg.errors.DiskFull))
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        _fail_without_room()
    place = traceback.extract_tb(error.__traceback__)[-1]
    _fail(
        f"{type(error).__name__} in {Path(place.filename).name}, line {place.lineno}. "
        "The step's own transaction was rolled back. This is a defect: report it with this line.",
        UNEXPECTED,
    )


def _fail_without_warehouse(error: Exception, *, is_full: bool) -> None:
    """Print in one line that the server stopped, broke the connection off, or has no room left."""
    lost = (DiskFull if is_full else WarehouseUnavailable)(
        f"the warehouse failed or broke the connection off ({type(error).__name__})",
        state="What was being written is in wholly or not at all, everything before it is in",
        next_step="Check the server's log and its free disk space, then run the same command again",
    )
    _fail(str(lost), lost.exit_code)


def _fail_without_room() -> None:
    """Print in one line that a disk of this machine is full."""
    full = DiskFull(
        "a disk is full, of FUNDWATCH_HOME or of the folder for temporary files",
        state="What was being written is not in, everything before it is",
        next_step="Free space, then run the same command again",
    )
    _fail(str(full), full.exit_code)


def _refuse_usage(error: TyperException) -> None:
    """Print in one line what was not understood; without any command, show the help."""
    message = error.format_message()
    if "\n" in message:
        print(message)
        raise SystemExit(UsageWrong.exit_code)
    wrong = UsageWrong(message, next_step="Run the command with --help to see what it takes")
    _fail(str(wrong), wrong.exit_code)


def _fail(message: str, exit_code: int) -> None:
    print(f"error: {spelt(message)}", file=sys.stderr)
    raise SystemExit(exit_code)
