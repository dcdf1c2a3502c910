"""``fundwatch export``: results for programs."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from fundwatch import audit
from fundwatch.actors import current_user
from fundwatch.database.warehouse import Warehouse, open_warehouse
from fundwatch.errors import FolderUnusable
from fundwatch.months import parse_month, parse_range
from fundwatch.settings import Settings
from reporting import exports
from reporting.export_files import FORMATS, Value, write, write_for_excel, write_parquet

app = typer.Typer(rich_markup_mode=None)


@app.command()
def export(
    what: Annotated[str, typer.Argument(help="One of " + ", ".join(exports.EXPORTS))],
    month: Annotated[str | None, typer.Option("--month", help="The month, YYYY-MM.")] = None,
    months: Annotated[
        str | None, typer.Option("--months", help="Several months instead, YYYY-MM..YYYY-MM.")
    ] = None,
    as_: Annotated[str, typer.Option("--format", help="csv, json or parquet (typed).")] = "csv",
    excel: Annotated[
        bool, typer.Option("--excel", help="CSV as Excel reads it: with a BOM, and texts kept texts.")
    ] = False,
    out: Annotated[Path | None, typer.Option(help="Write to this file instead of stdout.")] = None,
) -> None:
    """Write one export of one or more months to stdout or a file."""
    if what not in exports.EXPORTS:
        raise typer.BadParameter(f"choose one of {', '.join(exports.EXPORTS)}")
    if as_ not in FORMATS:
        raise typer.BadParameter(f"choose one of {', '.join(FORMATS)}", param_hint="--format")
    if excel and as_ != "csv":
        raise typer.BadParameter("is for --format csv", param_hint="--excel")
    asked = _months(month, months)
    warehouse = open_warehouse(Settings.read())
    rows = exports.read_months(warehouse, what, months=asked)
    first = next(rows, None)  # an error must come before the file is opened
    # Entered before the first row is written: an export that breaks off was an export.
    to = "stdout" if out is None else "file"
    _enter(warehouse, what, months or asked[0], {"format": "excel" if excel else as_, "to": to})
    every = rows if first is None else itertools.chain((first,), rows)
    if out is None:
        _write(warehouse, what, every, as_=as_, excel=excel, to=sys.stdout.buffer)
        return
    try:
        with out.open("wb") as target:
            _write(warehouse, what, every, as_=as_, excel=excel, to=target)
    except OSError as error:
        raise FolderUnusable(
            f"{out} cannot be written ({error.strerror})", next_step="Give --out a file in a folder of yours"
        ) from None


def _months(month: str | None, months: str | None) -> list[str]:
    if month is not None and months is None:
        return [parse_month(month)]
    if months is not None and month is None:
        return parse_range(months)
    raise typer.BadParameter("give one of --month and --months", param_hint="--month")


def _write(
    warehouse: Warehouse, what: str, rows: Iterator[Sequence[Value]], *, as_: str, excel: bool, to: BinaryIO
) -> None:
    columns = exports.EXPORTS[what].columns
    if as_ == "parquet":
        write_parquet(rows, kinds=exports.kinds_of(warehouse, what), to=to)
    elif excel:
        write_for_excel(rows, columns=columns, to=to)
    else:
        write(rows, columns=columns, as_=as_, to=to)


def _enter(warehouse: Warehouse, what: str, month: str, details: dict[str, str]) -> None:
    with warehouse.connect() as connection:
        audit.append(
            connection, stream=audit.EXPORTS, actor=current_user(), action="export",
            about=f"{what} {month}", details=details,
        )  # fmt: skip
