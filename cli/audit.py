"""``fundwatch audit``: verify the log of signatures, exports and releases."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.output import JsonOption, print_json, show_rows
from fundwatch import audit
from fundwatch.database.warehouse import open_warehouse
from fundwatch.errors import AuditBroken
from fundwatch.settings import Settings

app = typer.Typer(
    help="The audit log of signatures, exports and releases.", no_args_is_help=True, rich_markup_mode=None
)


@app.callback()
def _group() -> None:
    """Keep ``verify`` a command of its own."""


@app.command()
def verify(
    anchor: Annotated[
        list[str] | None,
        typer.Option(help="number:hash from the foot of a published report; may be given several times."),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Recompute every chain; exits with an error that names the first bad row."""
    with open_warehouse(Settings.read()).connect() as connection:
        verdicts = audit.verify(connection, anchors={audit.PUBLICATIONS: anchor or ()})
    if json:
        print_json([verdict.__dict__ for verdict in verdicts])
    else:
        columns = ("stream", "entries", "head", "fault")
        show_rows(
            "audit log",
            columns,
            [[getattr(verdict, name) for name in columns] for verdict in verdicts],
            as_json=False,
        )
    broken = [verdict for verdict in verdicts if verdict.fault]
    if broken:
        raise AuditBroken(
            "the audit log is not what was entered: "
            + "; ".join(f"stream {verdict.stream}, {verdict.fault}" for verdict in broken),
            next_step="Keep the database as it is, and compare it with the latest backup",
        )
