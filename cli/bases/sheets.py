"""``fundwatch base-sheet``: form B1 of one unit."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.output import JsonOption, print_json, show_pairs, show_rows
from fundwatch import audit
from fundwatch.actors import current_user
from fundwatch.database.warehouse import open_warehouse
from fundwatch.months import parse_month
from fundwatch.settings import Settings

app = typer.Typer(rich_markup_mode=None)


@app.command()
def base_sheet(
    unit: Annotated[str, typer.Argument(help="The unit's number (AAB001).")],
    month: Annotated[str, typer.Option("--month", help="The month, YYYY-MM.")],
    *,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder; by default bases/MONTH below FUNDWATCH_HOME.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Write form B1 of a unit: its bases and what is to be verified.

    XLSX and PDF, in both languages; what could not be computed is listed.
    """
    from reporting.base_sheets.writing import FOLDER, write_unit_sheets

    settings = Settings.read()
    month = parse_month(month)
    warehouse = open_warehouse(settings)
    folder = out or settings.home / FOLDER / month
    # Entered before it is written: a sheet names persons.
    with warehouse.connect() as connection:
        audit.append(
            connection, stream=audit.EXPORTS, actor=current_user(), action="base sheet",
            about=f"{unit} {month}", details={"format": "xlsx, pdf", "to": "folder"},
        )  # fmt: skip
    files, not_computed = write_unit_sheets(warehouse, unit=unit, month=month, folder=folder)
    if json:
        print_json({"folder": str(folder), "files": files, "not_computed": not_computed})
        return
    show_pairs(
        "base sheet",
        {"folder": str(folder), "files": len(files), "not computed": len(not_computed)},
        as_json=False,
    )
    if not_computed:
        show_rows("not computed", ("base",), [(line,) for line in not_computed], as_json=False)
