"""Sign-off of publications: review, approve."""

from __future__ import annotations

from typing import Annotated

import typer

from fundwatch.cli.output import JsonOption, print_json, show_pairs
from fundwatch.errors import NotAvailableYet
from fundwatch.settings import Settings
from fundwatch.warehouse import open_warehouse

Number = Annotated[int, typer.Argument(help="The publication's number.")]
Name = Annotated[str, typer.Option("--as", help="Who signs.")]
Note = Annotated[str, typer.Option("--note", help="What the signer has to say.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (review, approve, reproduce):
        app.command()(command)


def review(number: Number, name: Name, note: Note = "", json: JsonOption = False) -> None:
    """Review a draft; the reviewer is not its preparer."""
    from reporting import review as review_publication

    _show(
        review_publication(open_warehouse(Settings.read()), number=number, name=name, note=note),
        json,
    )


def approve(number: Number, name: Name, note: Note, json: JsonOption = False) -> None:
    """Approve a reviewed publication, which publishes it; the approver is a third person."""
    from reporting import approve as approve_publication

    _show(
        approve_publication(open_warehouse(Settings.read()), number=number, name=name, note=note),
        json,
    )


def reproduce(number: Number, json: JsonOption = False) -> None:
    """Rebuild a publication and compare it with what was published."""
    _later(f"reproduce {number}")


def _later(command: str) -> None:
    raise NotAvailableYet(
        f"fundwatch {command} is not available yet in this version",
        next_step="See CHANGELOG.md for what this version does",
    )


def _show(publication, as_json: bool) -> None:
    if as_json:
        print_json(publication)
    else:
        show_pairs("publication", publication.counts(), as_json=False)
