"""Commands of publications: list, review, approve, reproduce."""

from __future__ import annotations

import dataclasses
import functools
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from cli.output import JsonOption, print_json, show_pairs, show_rows
from fundwatch.database.warehouse import open_warehouse
from fundwatch.errors import ReproductionDiffers
from fundwatch.operators import operator_of
from fundwatch.settings import Settings

if TYPE_CHECKING:
    from fundwatch.acts.publications import Publication

app = typer.Typer(rich_markup_mode=None)

Number = Annotated[int, typer.Argument(help="The publication's number.")]
Name = Annotated[str, typer.Option("--as", help="Who signs.")]
Note = Annotated[str, typer.Option("--note", help="The signer's note.")]


@app.command()
def publications(json: JsonOption = False) -> None:
    """List the publications, their state and what each waits for."""
    from reporting.publications.listing import Listed
    from reporting.publications.listing import publications as list_publications

    with open_warehouse(Settings.read()).connect() as connection:
        listed = list_publications(connection)
    columns = [field.name for field in dataclasses.fields(Listed)]
    show_rows(
        "publications", columns, [dataclasses.astuple(publication) for publication in listed], as_json=json
    )


@app.command()
def review(
    number: Number,
    name: Name,
    note: Note = "",
    reason: Annotated[
        str, typer.Option("--reason", help="Why, though balance statements are not in order.")
    ] = "",
    json: JsonOption = False,
) -> None:
    """Review a draft; the reviewer is not its preparer.

    One whose balance statements are not in order is reviewed for a reason alone, and cannot be approved.
    """
    from pipeline import steps

    settings = Settings.read()
    signer = operator_of(settings, name).name
    _show(steps.review(settings, number=number, name=signer, note=note, reason=reason), json)


@app.command()
def approve(number: Number, name: Name, note: Note, json: JsonOption = False) -> None:
    """Approve a reviewed publication, which publishes it.

    The approver is neither its preparer nor its reviewer. The files are written anew, with the names and
    days of the three.
    """
    from pipeline import steps

    settings = Settings.read()
    signer = operator_of(settings, name).name
    _show(steps.approve(settings, number=number, name=signer, note=note), json)


@app.command()
def reproduce(number: Number, json: JsonOption = False) -> None:
    """Rebuild a publication from its inputs and compare every bit.

    It is built apart from the warehouse, from the batches it names.
    """
    from pipeline.reproduction import reproduce as reproduce_publication

    progress = (lambda _: None) if json else functools.partial(print, file=sys.stderr, flush=True)
    outcome = reproduce_publication(Settings.read(), number=number, on_progress=progress)
    if json:
        print_json({**dataclasses.asdict(outcome), "is_equal": outcome.is_equal})
    else:
        show_pairs(f"publication {number}", outcome.counts(), as_json=False)
        if outcome.cells:
            columns = [field.name for field in dataclasses.fields(outcome.cells[0])]
            rows = [[getattr(cell, name) for name in columns] for cell in outcome.cells]
            show_rows("cells that differ", columns, rows, as_json=False)
    if not outcome.is_equal:
        raise ReproductionDiffers(
            f"publication {number}, built again, differs in {len(outcome.cells)} cells, {len(outcome.files)}"
            f" files, {outcome.scorecard_rows} rows of the scorecard, {outcome.rule_results} rule results,"
            f" {outcome.failing_rows} failing rows, {outcome.cases} cases and {outcome.reader_rows} rows"
            " stored for readers; on disk"
            f" {len(outcome.files_on_disk)} files are not as stored",
            state="Publication and warehouse stay as they are",
            next_step="Compare the code version it names with this one, then the cells listed",
        )


def _show(publication: Publication, as_json: bool) -> None:
    if as_json:
        print_json(publication)
    else:
        show_pairs("publication", publication.counts(), as_json=False)
