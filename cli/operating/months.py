"""``fundwatch months``: the months that were run, how far each is, and forgetting one."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

from cli.output import JsonOption, print_json, show_pairs, show_rows
from fundwatch.database.warehouse import open_warehouse
from fundwatch.operators import operator_of
from fundwatch.settings import Settings
from fundwatch.site import load_site
from pipeline.overview import MonthState, State, months

app = typer.Typer(help="The months that were run, and how far each is.", rich_markup_mode=None)
_ALL = 10_000


@app.callback(invoke_without_command=True)
def listed(context: typer.Context, json: JsonOption = False) -> None:
    """List the months that were run or are watched, and how far each is."""
    if context.invoked_subcommand is not None:
        return
    settings = Settings.read()
    warehouse = open_warehouse(settings)
    show_months(
        months(warehouse, settings, site_version=load_site(warehouse, settings), last=_ALL), as_json=json
    )


@app.command()
def forget(
    month: Annotated[str, typer.Argument(help="The month that was run by mistake, as YYYY-MM.")],
    name: Annotated[str, typer.Option("--as", help="Who forgets it.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; kept in the audit log.")] = "",
    json: JsonOption = False,
) -> None:
    """Forget a month that was run by mistake: its runs and results.

    A month with a signed publication, delivered files, or a later month built upon it is kept.
    """
    from pipeline.forgetting import forget as forget_month

    settings = Settings.read()
    signer = operator_of(settings, name).name
    forgotten = forget_month(settings, month=month, name=signer, reason=reason)
    show_pairs("forgotten", forgotten.counts(), as_json=json)


def show_months(shown: list[MonthState], *, as_json: bool) -> None:
    """Print months × steps, and what to run where something is stale or failed."""
    if as_json:
        print_json([record(month) for month in shown])
        return
    if not shown:
        show_pairs("months", {"months": "none was run yet: fundwatch run --month YYYY-MM"}, as_json=False)
        return
    rows = [
        (month.month, *(step.state for step in month.steps.values()), _publication(month)) for month in shown
    ]
    show_rows("months", ("month", *shown[0].steps, "publication"), rows, as_json=False)
    due = [
        (month.month, name, step.state, ", ".join(step.because), f"fundwatch run --month {month.month}")
        for month in shown
        for name, step in month.steps.items()
        if step.state in (State.STALE, State.FAILED)
    ]
    if due:
        first_of_each = {row[0]: row for row in reversed(due)}
        columns = ("month", "step", "state", "because of", "run")
        show_rows("what to run", columns, sorted(first_of_each.values()), as_json=False)


def record(month: MonthState) -> dict[str, Any]:
    """Return a month as programs read it."""
    return {
        "month": month.month,
        "steps": {name: asdict(step) for name, step in month.steps.items()},
        "publication": month.publication,
        "publication_state": month.publication_state or None,
    }


def _publication(month: MonthState) -> str:
    return f"{month.publication} {month.publication_state}" if month.publication else ""
