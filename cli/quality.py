"""Commands of data quality: waive an issue or lift its waiver, declare an item of the checklist."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.output import JsonOption, print_json, show_pairs
from fundwatch.database.warehouse import open_warehouse
from fundwatch.operators import operator_of
from fundwatch.settings import Settings

app = typer.Typer(rich_markup_mode=None)


@app.command()
def waive(
    issue: Annotated[str, typer.Argument(help="The issue's id, or the beginning of its id.")],
    name: Annotated[str, typer.Option("--as", help="Who waives it, or lifts its waiver.")],
    reason: Annotated[
        str, typer.Option("--reason", help="Why it need not be corrected, or must be corrected now.")
    ],
    until: Annotated[
        str | None, typer.Option(help="The last month, YYYY-MM, or day, YYYY-MM-DD, on which it is waived.")
    ] = None,
    lift: Annotated[bool, typer.Option("--lift", help="Lift the waiver.")] = False,
    json: JsonOption = False,
) -> None:
    """Waive an issue until a month or a day, or lift its waiver.

    A waived issue need not be corrected; its error lists show that from the last list on.
    """
    from fundwatch.acts import waivers

    if (until is None) != lift:
        raise typer.BadParameter("give --until a month or a day, or give --lift", param_hint="--until")
    day = None if until is None else waivers.day_of(until)
    settings = Settings.read()
    name, warehouse = operator_of(settings, name).name, open_warehouse(settings)
    with warehouse.exclusive("waive"):
        state = (
            waivers.lift(warehouse, issue=issue, name=name, reason=reason)
            if day is None
            else waivers.waive(warehouse, issue=issue, name=name, reason=reason, until=day)
        )
    if json:
        print_json(state)
    else:
        show_pairs("issue", vars(state), as_json=False)


@app.command()
def declare(
    item: Annotated[
        str, typer.Argument(help="The item of the six-aspect checklist; unknown ones are listed.")
    ],
    month: Annotated[str, typer.Option("--month", help="The month it is declared for, YYYY-MM.")],
    name: Annotated[str, typer.Option("--as", help="Who declares it and signs for it.")],
    answer: Annotated[str, typer.Option("--answer", help="yes, partly or no.")],
    note: Annotated[str, typer.Option("--note", help="What the answer rests on.")] = "",
    json: JsonOption = False,
) -> None:
    """Answer a checklist item of the bulletin that no data answers.

    The next publication shows the answer.
    """
    from fundwatch.acts import declarations

    settings = Settings.read()
    signer = operator_of(settings, name).name
    declaration = declarations.declare(
        open_warehouse(settings), item=item, month=month, name=signer, answer=answer, note=note
    )
    if json:
        print_json(declaration)
    else:
        show_pairs(f"declared for {month}", vars(declaration), as_json=False)
