"""Print the results of the demonstration: files, scorecard, indicators, found against planted, paths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from rich.console import Console
from rich.table import Table

from cli.demo.users import DemoUser
from fundwatch.database.warehouse import Warehouse
from fundwatch.settings import Settings
from pipeline.evaluation import evaluate
from reporting import exports
from reporting.export_files import Value
from reporting.formatting import percent

COUNTY, SCHEME = "230602", "110"
INDICATORS = (
    "insured_workers", "insured_retirees", "contributing_persons", "contributions_due",
    "contributions_received", "collection_rate", "arrears", "beneficiaries_paid", "benefits_paid",
)  # fmt: skip
TABLES = ("AB01", "AC01", "AC02", "AC43")
METRICS = (
    "load_rate", "completeness", "fill_rate", "code_match_rate", "anomaly_rate", "duplication_rate",
)  # fmt: skip
_NAMES = 2  # leading columns that are names, set left; figures are set right
console = Console(width=118)


def show_results(warehouse: Warehouse, *, truth: Path, folders: Mapping[str, Path]) -> None:
    """Print the results of the months in ``folders`` (month -> folder of its publication)."""
    months = tuple(folders)
    _show_files(warehouse)
    _show_scorecard(warehouse, months[-1])
    _show_indicators(warehouse, months)
    _show_truth(warehouse, truth, months[-1])
    console.print("Published, each signed by three people:", style="bold")
    for month, folder in folders.items():
        console.print(f"  {month}  {folder}", soft_wrap=True)


def show_what_to_open(folder: Path, settings: Settings, *, month: str, url: str) -> None:
    """Print, for each of four users, the one thing to open first."""
    lists = sorted((settings.home / "rectification" / month).rglob("*.xlsx"))
    first = {
        "engineer 数据中心": f"fundwatch status, then {url}",
        "statistician 统计": f"{folder / 'R1.zh.pdf'}, then fundwatch trace",
        "supervisor 数据质量": f"{folder / 'scorecard.zh.html'}"
        + (f", then the error lists in {lists[0].parent}" if lists else ""),
        "auditor 稽核": f"fundwatch export cases --month {month} --out cases.csv",
    }
    console.print("\nOpen first:", style="bold")
    for user, what in first.items():
        console.print(f"  {user}: {what}", soft_wrap=True)


def show_users(people: Sequence[DemoUser], *, url: str, file: Path) -> None:
    """Print where the portal is and whom to sign in as; the passwords are also in a file."""
    console.print(f"\nThe portal: {url} (users and passwords also in {file})", soft_wrap=True)
    table = _table("", ("user", "password", "role", "division"), names=4)
    for user in people:
        table.add_row(user.user, user.password, user.role, user.division)
    _print(table)


def _show_truth(warehouse: Warehouse, truth: Path, month: str) -> None:
    columns = ("rule", "planted", "found", "of them planted", "decoys raised", "precision", "recall")
    table = _table(f"Found against planted, {month}", columns, names=1)
    for row in evaluate(warehouse, truth=truth, month=month):
        shares = ("NA" if share is None else f"{share:.2f}" for share in (row.precision, row.recall))
        counts = (row.planted, row.found, row.both, row.decoys_raised)
        table.add_row(row.rule, *map(str, counts), *shares)
    _print(table)


def _show_files(warehouse: Warehouse) -> None:
    table = _table(
        "Files", ("feed", "landed", "refused", "held or waiting", "rows landed", "rows refused"), names=1
    )
    with warehouse.connect() as connection:
        for row in connection.execute(
            "select feed, count(*) filter (where state in ('loaded', 'superseded')),"
            " count(*) filter (where state = 'rejected'),"
            " count(*) filter (where state in ('held', 'waiting')),"
            " coalesce(sum(rows_loaded), 0), coalesce(sum(rows_quarantined), 0)"
            " from ops.files group by feed order by feed"
        ):
            table.add_row(*(str(value) for value in row))
        _print(table)
        for name, state, reason in connection.execute(
            "select name, state, reason from ops.files where state = 'rejected' order by name"
        ):
            console.print(f"{state}: {name} ({reason})\n")


def _show_scorecard(warehouse: Warehouse, month: str) -> None:
    rows = list(exports.read(warehouse, "scorecard", month=month))
    columns = exports.EXPORTS["scorecard"].columns
    cells = {}
    for row in rows:
        cell = dict(zip(columns, row, strict=True))
        cells[str(cell["division"]), str(cell["table"]), str(cell["metric"])] = cell
    table = _table(f"Scorecard, {month} (in %)", ("division", "table", *METRICS, "grade"))
    for division in sorted({key[0] for key in cells}):
        for name in TABLES:
            rates = [cells.get((division, name, metric)) for metric in METRICS]
            grade = next((str(cell["grade"]) for cell in rates if cell and cell["grade"]), "")
            table.add_row(division, name, *(_percent(cell) for cell in rates), grade)
    _print(table)


def _show_indicators(warehouse: Warehouse, months: tuple[str, ...]) -> None:
    table = _table(f"County {COUNTY}, scheme {SCHEME}", ("indicator", "unit", *months))
    with warehouse.connect() as connection:
        values_of = {
            (month, indicator): (value, unit)
            for month, indicator, value, unit in connection.execute(
                "select month, indicator, value, unit from statistical_ledger.indicators"
                " where division = %s and scheme = %s and breakdown = '' and month = any(%s)",
                (COUNTY, SCHEME, list(months)),
            )
        }
    for indicator in INDICATORS:
        values = [values_of.get((month, indicator), (None, "")) for month in months]
        table.add_row(
            indicator, values[0][1], *("" if value is None else f"{value:,}" for value, _ in values)
        )
    _print(table)


def _print(table: Table) -> None:
    console.print(table)
    console.print()


def _percent(cell: Mapping[str, Value] | None) -> str:
    rate = None if cell is None else cell["rate"]
    return "" if cell is None else percent(rate).removesuffix("%") if isinstance(rate, Decimal) else "NA"


def _table(title: str, columns: Sequence[str], *, names: int = _NAMES) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for position, column in enumerate(columns):
        table.add_column(column.replace("_", " "), justify="left" if position < names else "right")
    return table
