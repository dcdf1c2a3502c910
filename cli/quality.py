"""What people say of quality: waive an issue or lift its waiver, declare an item of the checklist."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.output import JsonOption, print_json, show_pairs
from fundwatch.settings import Settings
from fundwatch.warehouse import open_warehouse


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (waive, declare):
        app.command()(command)


def waive(
    issue: Annotated[str, typer.Argument(help="The issue's id, or the beginning of its id.")],
    name: Annotated[str, typer.Option("--as", help="Who waives it, or lifts its waiver.")],
    reason: Annotated[str, typer.Option("--reason", help="Why it need not be corrected, or has to be now.")],
    until: Annotated[
        str | None, typer.Option(help="The last month, YYYY-MM, or day, YYYY-MM-DD, on which it is waived.")
    ] = None,
    lift: Annotated[bool, typer.Option("--lift", help="Take the waiver back.")] = False,
    json: JsonOption = False,
) -> None:
    """Say that an error need not be corrected until a day; its lists say so from the last one on."""
    from expectations.issues import waivers

    if (until is None) != lift:
        raise typer.BadParameter("give --until a month or a day, or give --lift", param_hint="--until")
    day = None if until is None else waivers.day_of(until)
    warehouse = open_warehouse(Settings.read())
    with warehouse.exclusive("waive"):
        given = (
            waivers.lift(warehouse, issue=issue, name=name, reason=reason)
            if day is None
            else waivers.waive(warehouse, issue=issue, name=name, reason=reason, until=day)
        )
    if json:
        print_json(given)
    else:
        show_pairs("issue", vars(given), as_json=False)


def declare(
    item: Annotated[
        str, typer.Argument(help="The item of the six-aspect checklist; unknown ones are listed.")
    ],
    month: Annotated[str, typer.Option("--month", help="The month it is declared for, YYYY-MM.")],
    name: Annotated[str, typer.Option("--as", help="Who declares it, and signs for it.")],
    answer: Annotated[str, typer.Option("--answer", help="yes, partly or no.")],
    note: Annotated[str, typer.Option("--note", help="What the answer rests on.")] = "",
    json: JsonOption = False,
) -> None:
    """Answer an item of the bulletin's checklist that no data can answer; the next publication shows it."""
    from reporting.snapshot import declarations

    made = declarations.declare(
        open_warehouse(Settings.read()), item=item, month=month, name=name, answer=answer, note=note
    )
    if json:
        print_json(made)
    else:
        show_pairs(f"declared for {month}", vars(made), as_json=False)
