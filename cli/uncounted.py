"""``fundwatch uncounted``: rows kept out, amounts rounded, values that are none, each with its reason."""

from __future__ import annotations

import csv
import dataclasses
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import typer

from cli.output import JsonOption, show_rows
from fundwatch import audit
from fundwatch.actors import current_user
from fundwatch.database.warehouse import open_warehouse
from fundwatch.months import parse_month
from fundwatch.settings import Settings

if TYPE_CHECKING:
    from expectations.uncounted import Uncounted

app = typer.Typer(rich_markup_mode=None)

_COUNTED = ("table", "column", "reason", "count", "difference")


@app.command()
def uncounted(
    month: Annotated[str, typer.Option("--month", help="The month, YYYY-MM.")],
    table: Annotated[list[str] | None, typer.Option(help="Only this table; may be repeated.")] = None,
    rows: Annotated[bool, typer.Option("--rows", help="Stream every row and cell as CSV.")] = False,
    json: JsonOption = False,
) -> None:
    """List what was landed and does not count as it stands, and why.

    Rows another version of their key keeps out; amounts rounded to the cent, with the difference; values that
    are no amount, count, date, month, code or division.
    """
    from expectations.uncounted import uncounted as find

    month = parse_month(month)
    with open_warehouse(Settings.read()).connect() as connection:
        if rows:
            audit.append(
                connection, stream=audit.EXPORTS, actor=current_user(), action="export",
                about=f"uncounted {month}", details={"format": "csv", "to": "stdout"},
            )  # fmt: skip
            connection.commit()
        values = find(connection, month=month, tables=table or ())
        if rows:
            _write(values)
        else:
            show_rows(f"uncounted in {month}", _COUNTED, _counted(values), as_json=json)


def _write(values: Iterable[Uncounted]) -> None:
    from expectations.uncounted import Uncounted

    writer = csv.writer(sys.stdout)
    writer.writerow(field.name for field in dataclasses.fields(Uncounted))
    writer.writerows(dataclasses.astuple(value) for value in values)


def _counted(values: Iterable[Uncounted]) -> list[tuple[str, str | None, str, int, Decimal | None]]:
    counts: Counter[tuple[str, str | None, str]] = Counter()
    differences: defaultdict[tuple[str, str | None, str], Decimal] = defaultdict(Decimal)
    for value in values:
        place = (value.table_name, value.column_name, value.reason)
        counts[place] += 1
        differences[place] += value.difference or 0
    return [
        (*place, count, differences[place] if place[2] == "rounded" else None)
        for place, count in counts.items()
    ]
