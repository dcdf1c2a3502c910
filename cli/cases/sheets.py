"""``fundwatch case sheet``: the evidence of a case on a page of paper."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from cli.output import JsonOption, show_pairs
from fundwatch import audit
from fundwatch.actors import current_user
from fundwatch.database.warehouse import open_warehouse
from fundwatch.errors import FolderUnusable
from fundwatch.months import parse_month
from fundwatch.settings import Settings


def sheet(
    case: Annotated[str, typer.Argument(help="The case's id, or the beginning of its id.")],
    *,
    to: Annotated[Path, typer.Option("--to", help="Write the PDF to this file.")],
    month: Annotated[str | None, typer.Option(help="YYYY-MM; default: the last that lists the case.")] = None,
    lang: Annotated[str, typer.Option(help="zh or en.")] = "zh",
    json: JsonOption = False,
) -> None:
    """Write the evidence sheet of a case as PDF; of a death, the settlement of its benefits."""
    from reporting.case_sheets import case_sheet
    from reporting.texts import LANGUAGES

    if lang not in LANGUAGES:
        raise typer.BadParameter(f"choose one of {', '.join(LANGUAGES)}", param_hint="--lang")
    settings = Settings.read()
    warehouse = open_warehouse(settings)
    pdf = case_sheet(
        warehouse,
        case_id=case,
        month=month and parse_month(month),
        language=lang,
        timezone=ZoneInfo(settings.timezone),
    )
    # Entered before it is written: a sheet names a person.
    with warehouse.connect() as connection:
        audit.append(
            connection, stream=audit.EXPORTS, actor=current_user(), action="case sheet",
            about=f"case {case}", details={"format": "pdf", "to": "file"},
        )  # fmt: skip
    try:
        to.write_bytes(pdf)
    except OSError as error:
        raise FolderUnusable(
            f"{to} cannot be written ({error.strerror})", next_step="Give --to a file in a folder of yours"
        ) from None
    show_pairs("sheet", {"case": case, "file": str(to), "bytes": len(pdf)}, as_json=json)
