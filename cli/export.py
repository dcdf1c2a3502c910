"""``fundwatch export``: results for programs."""

from __future__ import annotations

import itertools
import sys
from pathlib import Path
from typing import Annotated

import typer

from fundwatch import audit
from fundwatch.actors import current_user
from fundwatch.database.warehouse import Warehouse, open_warehouse
from fundwatch.errors import FolderUnusable
from fundwatch.months import parse_month
from fundwatch.settings import Settings
from reporting import exports

app = typer.Typer(rich_markup_mode=None)


@app.command()
def export(
    what: Annotated[str, typer.Argument(help="One of " + ", ".join(exports.EXPORTS))],
    month: Annotated[str, typer.Option("--month", help="The month, YYYY-MM.")],
    as_: Annotated[str, typer.Option("--format", help="csv, json or parquet.")] = "csv",
    out: Annotated[Path | None, typer.Option(help="Write to this file instead of stdout.")] = None,
) -> None:
    """Write one export of a month to stdout or a file."""
    if what not in exports.EXPORTS:
        raise typer.BadParameter(f"choose one of {', '.join(exports.EXPORTS)}")
    if as_ not in exports.FORMATS:
        raise typer.BadParameter(f"choose one of {', '.join(exports.FORMATS)}", param_hint="--format")
    month = parse_month(month)
    warehouse = open_warehouse(Settings.read())
    rows = exports.read(warehouse, what, month=month)
    first = next(rows, None)  # an error must come before the file is opened
    # Entered before the first row is written: an export that breaks off was an export.
    _enter(warehouse, what, month, {"format": as_, "to": "stdout" if out is None else "file"})
    columns = exports.EXPORTS[what].columns
    every = rows if first is None else itertools.chain((first,), rows)
    if out is None:
        exports.write(every, columns=columns, as_=as_, to=sys.stdout.buffer)
        return
    try:
        with out.open("wb") as target:
            exports.write(every, columns=columns, as_=as_, to=target)
    except OSError as error:
        raise FolderUnusable(
            f"{out} cannot be written ({error.strerror})", next_step="Give --out a file in a folder of yours"
        ) from None


def _enter(warehouse: Warehouse, what: str, month: str, details: dict[str, str]) -> None:
    with warehouse.connect() as connection:
        audit.append(
            connection, stream=audit.EXPORTS, actor=current_user(), action="export",
            about=f"{what} {month}", details=details,
        )  # fmt: skip
