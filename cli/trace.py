"""``fundwatch trace``: from a figure down to its rows, and from a row up to the figures that count it."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from cli.output import JsonOption, print_json, show_pairs, show_rows
from fundwatch import audit
from fundwatch.actors import current_user
from fundwatch.months import parse_month
from fundwatch.settings import Settings
from fundwatch.warehouse import Warehouse, open_warehouse
from reporting import exports

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


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(trace)


def trace(
    indicator: Annotated[str, typer.Argument(help="An indicator, or the word row.")],
    row: Annotated[list[str] | None, typer.Argument(help="With row: a ledger and a row's key.")] = None,
    *,
    month: Annotated[str | None, typer.Option("--month", help="YYYY-MM.")] = None,
    division: Annotated[str | None, typer.Option("--division", help="Six digits.")] = None,
    scheme: Annotated[str | None, typer.Option("--scheme", help="A scheme, or ALL.")] = None,
    breakdown: Annotated[str, typer.Option("--breakdown", help="Such as kind=01; default: the total.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Stream every row as CSV.")] = False,
    file: Annotated[str | None, typer.Option("--file", help="With row: the id of a landed file.")] = None,
    line: Annotated[int | None, typer.Option("--line", help="With --file: a line of it.")] = None,
    json: JsonOption = False,
) -> None:
    """Show the rows behind a figure, or, as ``trace row TABLE KEY``, the figures that count a row."""
    warehouse = open_warehouse(Settings.read())
    if indicator == "row":
        _show_figures(warehouse, row or [], file=file, line=line, as_json=json)
        return
    if row or file or line is not None:
        raise typer.BadParameter("only trace row takes a row, a file or a line")
    lacking = [
        name
        for name, given in (("--month", month), ("--division", division), ("--scheme", scheme))
        if given is None
    ]
    if lacking:
        raise typer.BadParameter(f"also give {', '.join(lacking)}")
    cell = {
        "month": parse_month(month), "division": division, "scheme": scheme, "breakdown": breakdown,
    }  # fmt: skip
    if every:
        _stream(warehouse, indicator, cell)
    else:
        _show_rows(warehouse, indicator, cell, as_json=json)


def _show_rows(warehouse: Warehouse, indicator: str, cell: dict[str, str], *, as_json: bool) -> None:
    from reporting import tracing

    found = tracing.trace(warehouse, indicator=indicator, **cell)
    if as_json:
        print_json({**_plain(found), "agrees": found.agrees})
        return
    published = "not published" if found.publication is None else str(found.publication)
    if found.publication is not None and found.published_value != found.value:
        published += f", which shows {found.published_value}: restated since"
    shown = {
        "figure": found.value, "unit": found.unit, "publication": published,
        "rows": sum(part.rows for part in found.parts), "recomputed from rows": found.recomputed,
    }  # fmt: skip
    where = f"{found.month} {found.division} {found.scheme} {found.breakdown}".rstrip()
    show_pairs(f"{found.label_en} {found.label_zh}, {where}", shown, as_json=False)
    print(f"{found.formula_zh}\n{found.formula_en}")
    parts = [(part.role, part.measure, part.rows, part.persons, part.amount) for part in found.parts]
    show_rows("rows behind it", ("role", "measure", "rows", "persons", "amount"), parts, as_json=False)
    rows = [[getattr(one, name) for name in _SHOWN] for one in found.rows]
    show_rows(f"the first {len(rows)}", _SHOWN, rows, as_json=False)


def _stream(warehouse: Warehouse, indicator: str, cell: dict[str, str]) -> None:
    """Write every row to stdout; an export like any other, so it is entered in the audit log."""
    from reporting import tracing

    measures, scope = tracing.measures_of(warehouse, indicator=indicator, **cell)
    about = " ".join(filter(None, (indicator, *cell.values())))
    with warehouse.connect() as connection:
        audit.append(
            connection, stream=audit.EXPORTS, actor=current_user(), action="trace",
            about=about, details={"format": "csv", "to": "stdout"},
        )  # fmt: skip
    rows = tracing.every_row(warehouse, measures, scope)
    exports.write(rows, columns=tracing.COLUMNS, as_="csv", to=sys.stdout.buffer)


def _show_figures(
    warehouse: Warehouse, row: list[str], *, file: str | None, line: int | None, as_json: bool
) -> None:
    from reporting import tracing

    by_key, by_line = len(row) == 2, bool(file) and line is not None  # noqa: PLR2004 - a table and a key
    if by_key == by_line:
        raise typer.BadParameter("write trace row TABLE KEY, or trace row --file ID --line N")
    table, key = row if by_key else (None, None)
    found = tracing.containing(warehouse, table=table, key=key, file_id=file, line=line)
    columns = ("month", "division", "scheme", "breakdown", "indicator", "role", "publications")
    rows = [
        [*(getattr(one, name) for name in columns[:-1]), ", ".join(map(str, one.publications))]
        for one in found
    ]
    if as_json:
        print_json([one.__dict__ for one in found])
    else:
        show_rows("figures that count this row", columns, rows, as_json=False)


def _plain(found: object) -> dict:
    import dataclasses

    return dataclasses.asdict(found)
