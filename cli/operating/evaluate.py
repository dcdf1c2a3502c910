"""``fundwatch evaluate``: what was found against what a simulated city planted."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from cli.output import JsonOption, print_json, show_rows
from fundwatch.acts.cases import require_cases
from fundwatch.database.warehouse import open_warehouse
from fundwatch.errors import NotFound
from fundwatch.months import parse_month
from fundwatch.settings import Settings

app = typer.Typer(rich_markup_mode=None)
_COLUMNS = ("rule", "planted", "found", "both", "decoys_raised", "recall", "precision")


@app.command()
def evaluate(
    truth: Annotated[
        Path | None, typer.Option("--truth", help="The folder truth of a simulated city; the home's own.")
    ] = None,
    month: Annotated[
        str | None, typer.Option("--month", help="The month, YYYY-MM; the last that was checked.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Compare what was found with what the simulator planted.

    One line a rule: planted, found, both, decoys raised, recall and precision.
    """
    from pipeline.evaluation import evaluate as evaluations
    from pipeline.evaluation import month_of_bases

    settings = Settings.read()
    warehouse = open_warehouse(settings)
    truth = truth or settings.city / "truth"
    month = month or month_of_bases(truth)
    if month is None:
        with warehouse.connect() as connection:
            require_cases(connection)
            row = connection.execute("select max(month) from crosschecks.cases").fetchone()
        if row is None or row[0] is None:
            raise NotFound("No month was checked yet", next_step="Run a month: fundwatch run --month YYYY-MM")
        month = str(row[0])
    rows = list(evaluations(warehouse, truth=truth, month=parse_month(month)))
    if json:
        print_json([asdict(row) for row in rows])
        return
    shown = [
        (*(getattr(row, name) for name in _COLUMNS[:5]), _share(row.recall), _share(row.precision))
        for row in rows
    ]
    show_rows(f"found against planted in {month}", _COLUMNS, shown, as_json=False)


def _share(share: float | None) -> str:
    return "NA" if share is None else f"{share:.2f}"
