"""``fundwatch case``: look at a case, record an event of it, write work lists and take returned ones."""

from __future__ import annotations

from dataclasses import asdict, astuple, fields
from datetime import date
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from cli.cases.sheets import sheet
from cli.output import JsonOption, print_json, show_pairs, show_rows
from fundwatch.database.warehouse import open_warehouse
from fundwatch.errors import UsageWrong
from fundwatch.operators import operator_of
from fundwatch.settings import Settings

app = typer.Typer(
    help="Show a case, record its next event; work lists.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.command()(sheet)
CaseId = Annotated[str, typer.Argument(help="The case's id, or the beginning of its id.")]


@app.command()
def show(case: CaseId, json: JsonOption = False) -> None:
    """Show a case: what it says, its evidence, every event, and the months that list it."""
    from crosschecks.cases.reading import MonthOfCase
    from crosschecks.cases.reading import show as read_case
    from fundwatch.labels.cases import VOID_EVENTS

    settings = Settings.read()
    with open_warehouse(settings).connect() as connection:
        shown = read_case(connection, case)
    if json:
        print_json(shown)
        return
    following = " or ".join(shown.following) or "-"
    about = {"state": shown.state, "next": following, **shown.point}
    show_pairs(f"case {shown.case_id}", about, as_json=False)
    zone = ZoneInfo(settings.timezone)
    columns = (
        "number", "state", "finding", "decision", "outcome", "amount", "until_on", "actor", "from_month",
        "at", "void", "note",
    )  # fmt: skip
    rows = [
        (
            event.number, event.state, event.finding, event.decision, event.outcome, event.amount,
            event.until_on, event.actor, event.from_month,
            f"{event.recorded_at.astimezone(zone):%Y-%m-%d %H:%M}",
            event.void_because and VOID_EVENTS[event.void_because][1], event.note,
        )
        for event in shown.events
    ]  # fmt: skip
    show_rows("events", columns, rows, as_json=False)
    show_rows(
        "months", [field.name for field in fields(MonthOfCase)], [astuple(month) for month in shown.months],
        as_json=False,
    )  # fmt: skip
    keys = ("table", "key", "source_file_id", "source_row")
    show_rows("evidence", keys, [[row[key] for key in keys] for row in shown.evidence], as_json=False)


@app.command()
def record(
    case: CaseId,
    *,
    to: Annotated[
        str, typer.Option("--to", help="dispatched, verified, decided, approved, recovering or closed.")
    ],
    name: Annotated[str, typer.Option("--as", help="Who acted.")],
    note: Annotated[str, typer.Option(help="What it rests on; needed from verified on.")] = "",
    finding: Annotated[
        str | None, typer.Option(help="At verified: alive, dead, other_person or data_error.")
    ] = None,
    decision: Annotated[str | None, typer.Option(help="At decided: suspend, recover or clear.")] = None,
    outcome: Annotated[
        str | None,
        typer.Option(
            help="At decided: no_issue, data_error, under_payment, agency_error, late_report, fraud, "
            "referred."
        ),
    ] = None,
    amount: Annotated[
        str | None, typer.Option(help="Yuan: what is to be recovered, or what came back.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(help="The last day, YYYY-MM-DD, on which a cleared case stays cleared.")
    ] = None,
    after: Annotated[
        int | None,
        typer.Option(min=0, help="The number of the last event seen; refused if it is another."),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Record what was done about a case.

    Who approves neither verified nor decided. An event counts from the last month that lists the case, and
    is never changed: the next event sets it right.
    """
    from fundwatch.acts.case_steps import Act, amount_of
    from fundwatch.acts.cases import record as record_event

    recovered = None if amount is None else amount_of(amount)
    act = Act(to, finding, decision, outcome, recovered, _day(until), note)
    settings = Settings.read()
    signer = operator_of(settings, name).name
    recorded = record_event(open_warehouse(settings), case=case, act=act, name=signer, after=after)
    show_pairs("recorded", asdict(recorded), as_json=json)


@app.command()
def lists(
    month: Annotated[str, typer.Option("--month", help="The month, YYYY-MM.")], json: JsonOption = False
) -> None:
    """Write the month's work lists: a workbook of each county, in both languages."""
    from crosschecks.cases.work_lists.entries import Masks
    from crosschecks.cases.work_lists.writing import FOLDER, write_work_lists
    from fundwatch.site import load_site
    from reporting.masking import masked_name, masked_number

    settings = Settings.read()
    warehouse = open_warehouse(settings)
    written = write_work_lists(
        warehouse,
        home=settings.home,
        month=month,
        site_version=load_site(warehouse, settings),
        masks=Masks(masked_name, masked_number),
    )
    if json:
        print_json([asdict(work) for work in written])
        return
    rows = [(work.division, work.cases, work.pairs, ", ".join(work.files)) for work in written]
    columns = ("division", "cases", "pairs", "files")
    show_rows(f"work lists in {settings.home / FOLDER / month}", columns, rows, as_json=False)


@app.command("import")
def import_list(
    file: Annotated[Path, typer.Argument(help="The returned workbook.")],
    name: Annotated[str, typer.Option("--as", help="Who verified, and answers for the list.")],
    json: JsonOption = False,
) -> None:
    """Take a returned work list, row by row; refused rows are listed with the reason."""
    from crosschecks.cases.work_lists.importing import import_list as import_returned

    settings = Settings.read()
    signer = operator_of(settings, name).name
    imported = import_returned(open_warehouse(settings), home=settings.home, path=file, name=signer)
    if json:
        print_json(imported)
        return
    document = asdict(imported)
    rows = document.pop("rows")
    show_pairs("returned work list", document, as_json=False)
    columns = ("sheet", "line", "case_id", "finding", "result", "reason")
    left = [[row[name] for name in columns] for row in rows if row["result"] != "taken"]
    if left:
        show_rows("rows that were not taken", columns, left, as_json=False)


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise UsageWrong("--until is not a day", next_step="Write it as YYYY-MM-DD") from None
