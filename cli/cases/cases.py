"""``fundwatch cases``: the queue of cases, and what became of those of each rule."""

from __future__ import annotations

from dataclasses import asdict, astuple, fields
from typing import Annotated

import typer

from cli.output import JsonOption, print_json, show_pairs, show_rows
from fundwatch.database.warehouse import open_warehouse
from fundwatch.settings import Settings

app = typer.Typer(rich_markup_mode=None)


@app.command()
def cases(
    division: Annotated[str | None, typer.Option(help="Only cases of this division.")] = None,
    rule: Annotated[str | None, typer.Option(help="Only cases of this rule.")] = None,
    state: Annotated[str | None, typer.Option(help="Only cases in this state.")] = None,
    last: Annotated[int, typer.Option("--limit", min=1, help="How many are shown; JSON has all.")] = 20,
    rules: Annotated[
        bool, typer.Option("--rules", help="List what became of the cases of each rule instead.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """List the cases that wait, most expected money first.

    Expected money is the amount of the case times the precision of its rule; until 20 of a rule are closed,
    half of them are taken for true.
    """
    from crosschecks.cases.queue import WAITING, Waiting, queue

    if rules:
        _show_rules(as_json=json)
        return
    if state is not None and state not in WAITING:
        raise typer.BadParameter(f"choose one of {', '.join(WAITING)}", param_hint="--state")
    with open_warehouse(Settings.read()).connect() as connection:
        waiting = queue(connection, division=division, rule=rule, state=state)
    if json:
        print_json([asdict(case) for case in waiting])
        return
    if not waiting:
        show_pairs("suspicious points that wait", {"cases": "none"}, as_json=False)
        return
    columns = [field.name for field in fields(Waiting)]
    shown = min(last, len(waiting))
    show_rows(
        f"suspicious points that wait: {shown} of {len(waiting)}",
        columns,
        [astuple(case) for case in waiting[:shown]],
        as_json=False,
    )


def _show_rules(*, as_json: bool) -> None:
    from crosschecks.cases.precision import yields

    with open_warehouse(Settings.read()).connect() as connection:
        by_rule = yields(connection)
    rows = [
        (
            about.rule_id, about.raised, about.closed, about.confirmed, about.precision, about.expected,
            about.amount_confirmed, about.amount_recovered,
        )
        for about in by_rule.values()
    ]  # fmt: skip
    columns = (
        "rule_id", "raised", "closed", "confirmed", "precision", "precision_in_queue", "amount_confirmed",
        "amount_recovered",
    )  # fmt: skip
    show_rows("cases of each rule", columns, rows, as_json=as_json)
