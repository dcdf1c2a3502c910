"""``fundwatch linkage``: train the model that links persons whose identity numbers do not."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.output import JsonOption, show_pairs
from fundwatch.database.warehouse import open_warehouse
from fundwatch.settings import Settings

app = typer.Typer(
    help="The model that links persons whose identity numbers do not.",
    rich_markup_mode=None,
    no_args_is_help=True,
)


@app.callback()
def _commands() -> None:
    """The model that links persons whose identity numbers do not."""


@app.command()
def train(
    dated: Annotated[
        str, typer.Option("--dated", help="The day of the model, YYYY-MM-DD; the newest one links.")
    ],
    seed: Annotated[int, typer.Option("--seed", help="Same seed and register: same model.")] = 7,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder to write to; by default linkage/ of the home.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Train the model on the persons of the month checked last, and write it with its training report."""
    from crosschecks.linkage.report import write_training
    from crosschecks.linkage.training import model_name, read_register
    from crosschecks.linkage.training import train as train_model

    settings = Settings.read()
    name = model_name(dated)
    training = train_model(read_register(open_warehouse(settings)), name=name, seed=seed)
    model, report = write_training(training, out or settings.home / "linkage")
    figures = {
        "model": str(model),
        "report": str(report),
        "persons": training.persons,
        "copies": training.copies,
    }
    show_pairs("trained", figures, as_json=json)
