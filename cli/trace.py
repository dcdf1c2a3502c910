"""``fundwatch trace``: from a figure down to its rows, and from a row up to the figures that count it."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Annotated, TypedDict

import typer

from cli.output import JsonOption, print_json, show_pairs, show_rows
from fundwatch import audit
from fundwatch.actors import current_user
from fundwatch.database.warehouse import Warehouse, open_warehouse
from fundwatch.months import parse_month
from fundwatch.settings import Settings
from reporting.export_files import write, write_for_excel

app = typer.Typer(rich_markup_mode=None)

_SHOWN = (
    "measure",
    "table_name",
    "row_key",
    "division",
    "for_month",
    "amount",
    "file",
    "file_month",
    "source_row",
)


class _Cell(TypedDict):
    month: str
    division: str
    scheme: str
    breakdown: str


@app.command()
def trace(
    indicator: Annotated[str, typer.Argument(help="An indicator, or the word row.")],
    row: Annotated[list[str] | None, typer.Argument(help="With row: a ledger and a row's key.")] = None,
    *,
    month: Annotated[str | None, typer.Option("--month", help="YYYY-MM.")] = None,
    division: Annotated[str | None, typer.Option("--division", help="Six digits.")] = None,
    scheme: Annotated[str | None, typer.Option("--scheme", help="A scheme, or ALL.")] = None,
    breakdown: Annotated[str, typer.Option("--breakdown", help="Such as kind=01; default: the total.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Stream every row as CSV.")] = False,
    excel: Annotated[bool, typer.Option("--excel", help="With --all: CSV as Excel reads it.")] = False,
    file: Annotated[str | None, typer.Option("--file", help="With row: the id of a landed file.")] = None,
    line: Annotated[int | None, typer.Option("--line", help="With --file: a line of it.")] = None,
    json: JsonOption = False,
) -> None:
    """Show the rows behind a figure, or a row and its figures.

    A row as it landed, and the figures that count it: trace row TABLE KEY, or trace row --file ID --line N.
    """
    warehouse = open_warehouse(Settings.read())
    if indicator == "row":
        _show_row(warehouse, row or [], file=file, line=line, as_json=json)
        return
    if row or file or line is not None:
        raise typer.BadParameter("only trace row takes a row, a file or a line")
    if month is None or division is None or scheme is None:
        options = {"--month": month, "--division": division, "--scheme": scheme}
        missing = [name for name, value in options.items() if value is None]
        raise typer.BadParameter(f"also give {', '.join(missing)}")
    cell = _Cell(month=parse_month(month), division=division, scheme=scheme, breakdown=breakdown)
    if excel and not every:
        raise typer.BadParameter("is for --all", param_hint="--excel")
    if every:
        _stream(warehouse, indicator, cell, excel=excel)
    else:
        _show_rows(warehouse, indicator, cell, as_json=json)


def _show_rows(warehouse: Warehouse, indicator: str, cell: _Cell, *, as_json: bool) -> None:
    from reporting import tracing

    figure = tracing.trace(warehouse, indicator=indicator, **cell)
    if as_json:
        print_json({**asdict(figure), "agrees": figure.agrees})
        return
    published = "not published" if figure.publication is None else str(figure.publication)
    if figure.publication is not None and figure.published_value != figure.value:
        published += f", which shows {figure.published_value}: restated since"
    shown = {
        "figure": figure.value, "unit": figure.unit, "publication": published,
        "rows": sum(part.rows for part in figure.parts), "recomputed from rows": figure.recomputed,
    }  # fmt: skip
    where = f"{figure.month} {figure.division} {figure.scheme} {figure.breakdown}".rstrip()
    show_pairs(f"{figure.label_en} {figure.label_zh}, {where}", shown, as_json=False)
    print(f"{figure.formula_zh}\n{figure.formula_en}")
    parts = [(part.role, part.measure, part.rows, part.persons, part.amount) for part in figure.parts]
    show_rows("rows behind it", ("role", "measure", "rows", "persons", "amount"), parts, as_json=False)
    rows = [[getattr(row, name) for name in _SHOWN] for row in figure.rows]
    show_rows(f"the first {len(rows)}", _SHOWN, rows, as_json=False)


def _stream(warehouse: Warehouse, indicator: str, cell: _Cell, *, excel: bool) -> None:
    """Write every row to stdout; an export like any other, so it is entered in the audit log."""
    from reporting import tracing

    measures, scope = tracing.measures_of(warehouse, indicator=indicator, **cell)
    about = " ".join(part for part in (indicator, *(str(value) for value in cell.values())) if part)
    with warehouse.connect() as connection:
        audit.append(
            connection, stream=audit.EXPORTS, actor=current_user(), action="trace",
            about=about, details={"format": "excel" if excel else "csv", "to": "stdout"},
        )  # fmt: skip
    rows = tracing.every_row(warehouse, measures, scope)
    if excel:
        write_for_excel(rows, columns=tracing.COLUMNS, to=sys.stdout.buffer)
    else:
        write(rows, columns=tracing.COLUMNS, as_="csv", to=sys.stdout.buffer)


def _show_row(
    warehouse: Warehouse, row: list[str], *, file: str | None, line: int | None, as_json: bool
) -> None:
    """Show a row as it landed, and the figures that count it."""
    from ingestion.files.operations.find import find
    from reporting import tracing

    if len(row) == 2 and file is None and line is None:  # noqa: PLR2004 - a table and a key
        table, key = row
        figures = tracing.containing(warehouse, table=table, key=key)
        lines = tracing.lines_of(warehouse, table=table, key=key)
        landed = tuple(
            shown
            for file_id, of in lines
            for shown in tracing.landed_rows(warehouse, file_id=file_id, line=of)
        )
    elif not row and file and line is not None:
        with warehouse.connect() as connection:
            file_id = find(connection, file).file_id
        landed = tracing.landed_rows(warehouse, file_id=file_id, line=line)
        figures = tracing.counting(warehouse, file_id=file_id, line=line)
    else:
        raise typer.BadParameter("write trace row TABLE KEY, or trace row --file ID --line N")
    _enter(warehouse, " ".join(["row", *(row or [landed[0].file_id, str(line)])]))
    if as_json:
        print_json(
            {
                "rows": [asdict(landed_row) for landed_row in landed],
                "figures": [asdict(figure) for figure in figures],
            }
        )
        return
    for landed_row in landed:
        where = {
            name: getattr(landed_row, name) for name in ("file", "file_id", "feed", "month", "state", "line")
        }
        reasons = {"quarantined": ", ".join(landed_row.reasons)} if landed_row.reasons else {}
        show_pairs(landed_row.table, where | reasons | landed_row.values, as_json=False)
    columns = ("month", "division", "scheme", "breakdown", "indicator", "role", "publications")
    rows = [
        [*(getattr(figure, name) for name in columns[:-1]), ", ".join(map(str, figure.publications))]
        for figure in figures
    ]
    if rows:
        show_rows("figures that count this row", columns, rows, as_json=False)
    else:
        print("no figure counts this row")


def _enter(warehouse: Warehouse, about: str) -> None:
    """Enter in the audit log that rows were shown."""
    with warehouse.connect() as connection:
        audit.append(
            connection, stream=audit.EXPORTS, actor=current_user(), action="trace",
            about=about, details={"to": "stdout"},
        )  # fmt: skip
