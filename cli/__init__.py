"""The command line: every action of Fundwatch is one command."""

from __future__ import annotations

import errno
import sys
import traceback
from pathlib import Path

import psycopg
import typer
from typer.exceptions import TyperException

from cli import alerts, audit, database, export, files, months, publications, quality, services, status, trace
from cli.output import spelt
from fundwatch.errors import DiskFull, FundwatchError, UsageWrong, WarehouseUnavailable

UNEXPECTED = 70

app = typer.Typer(
    name="fundwatch",
    help="Networked monitoring of social insurance: land feeds, build ledgers, measure, check, publish.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(database.app, name="db")
app.add_typer(alerts.app, name="alerts")
app.add_typer(audit.app, name="audit")
for module in (months, export, publications, quality, trace, files, services, status):
    module.register(app)


def main() -> None:
    """Run the command line; a known failure is one line on stderr and its own exit code."""
    try:
        exit_code = app(standalone_mode=False)
    except TyperException as error:
        _refuse_usage(error)
    except FundwatchError as error:
        _fail(str(error), error.exit_code)
    except psycopg.OperationalError as error:
        _fail_without_warehouse(error)
    except KeyboardInterrupt:
        _fail("stopped by the operator. What was finished stays. Run the same command again.", 130)
    except Exception as error:  # noqa: BLE001 - the last line of defence: a message may quote a row
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            _fail_without_room()
        place = traceback.extract_tb(error.__traceback__)[-1]
        _fail(
            f"{type(error).__name__} in {Path(place.filename).name}, line {place.lineno}. "
            "The step's own transaction was rolled back. This is a defect: report it with this line.",
            UNEXPECTED,
        )
    raise SystemExit(exit_code)


def _fail_without_warehouse(error: psycopg.OperationalError) -> None:
    """Say in one line that the server stopped, broke the connection off, or has no room left."""
    full = isinstance(error, psycopg.errors.DiskFull)
    lost = (DiskFull if full else WarehouseUnavailable)(
        f"the warehouse failed or broke the connection off ({type(error).__name__})",
        state="What was being written is in wholly or not at all, everything before it is in",
        next_step="Check the server's log and its free disk space, then run the same command again",
    )
    _fail(str(lost), lost.exit_code)


def _fail_without_room() -> None:
    """Say in one line that a disk of this machine is full."""
    full = DiskFull(
        "a disk is full, of FUNDWATCH_HOME or of the folder for temporary files",
        state="What was being written is not in, everything before it is",
        next_step="Free space, then run the same command again",
    )
    _fail(str(full), full.exit_code)


def _refuse_usage(error: TyperException) -> None:
    """Say in one line what was not understood; without any command, show the help."""
    message = error.format_message()
    if "\n" in message:
        print(message)
        raise SystemExit(UsageWrong.exit_code)
    wrong = UsageWrong(message, next_step="Run the command with --help to see what it takes")
    _fail(str(wrong), wrong.exit_code)


def _fail(message: str, exit_code: int) -> None:
    print(f"error: {spelt(message)}", file=sys.stderr)
    raise SystemExit(exit_code)
