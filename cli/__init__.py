"""The command line: every action of Fundwatch is one command."""

from __future__ import annotations

import logging
import sys
import traceback
from pathlib import Path

from typer.exceptions import TyperException

from cli.commands import app
from cli.output import spelt
from fundwatch.environment import ignore_foreign_variables
from fundwatch.errors import (
    DiskFull,
    FolderUnusable,
    FundwatchError,
    InvariantBroken,
    ServiceFailed,
    UsageWrong,
    WarehouseUnavailable,
)

__all__ = ["app", "main"]

UNEXPECTED = 70
_MAY_HIDE_A_FAILURE = (FolderUnusable, InvariantBroken, ServiceFailed)


def main() -> None:
    """Run the command line; a known failure is one line on stderr and its own exit code."""
    ignore_foreign_variables()
    _say_what_was_started()
    # Libraries would print lines of their own: psycopg tells of each rollback it could not do.
    logging.lastResort = None
    try:
        exit_code = app(standalone_mode=False)
    except TyperException as error:
        _refuse_usage(error)
    except FundwatchError as error:
        _fail_known(error)
    except KeyboardInterrupt:
        _fail("stopped by the operator. What was finished stays. Run the same command again.", 130)
    except Exception as error:  # noqa: BLE001 - the last line of defence: a message may quote a row
        _fail_unforeseen(error)
    raise SystemExit(exit_code)


def _say_what_was_started() -> None:
    """Let the embedded server say on stderr that a command started it, and leaves it up."""
    server = logging.getLogger("fundwatch.database.embedded.server")
    server.setLevel(logging.INFO)
    server.handlers = [logging.StreamHandler()]


def _fail_known(error: FundwatchError) -> None:
    """Print one line for an error of ours, or for the full disk or lost server that it arose from."""
    cause = _failure_behind(error) if isinstance(error, _MAY_HIDE_A_FAILURE) else None
    reported = cause if isinstance(cause, DiskFull | WarehouseUnavailable) else error
    _fail(str(reported), reported.exit_code)


def _fail_unforeseen(error: Exception) -> None:
    """Print one line for a lost server, a full disk, a closed folder, or a defect of ours."""
    cause = _failure_behind(error)
    if cause is not None:
        _fail(str(cause), cause.exit_code)
    place = traceback.extract_tb(error.__traceback__)[-1]
    _fail(
        f"{type(error).__name__} in {Path(place.filename).name}, line {place.lineno}. "
        "The step's own transaction was rolled back. This is a defect: report it with this line.",
        UNEXPECTED,
    )


def _failure_behind(error: Exception) -> FundwatchError | None:
    from fundwatch.database.failures import failure_behind

    return failure_behind(error)


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
