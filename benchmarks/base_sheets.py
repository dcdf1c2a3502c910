"""A county's workbook of form B1 beside bare xlsxwriter writing the same cells, each a process of its own."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]
import xlsxwriter

from benchmarks.findings import Finding, peak_memory
from benchmarks.generated_city import MONTH
from benchmarks.landing import url_of
from fundwatch.database.warehouse import Warehouse, open_warehouse
from fundwatch.months import last_day
from fundwatch.settings import Settings
from reporting.base_sheets.reading import read_units, sheet_of
from reporting.base_sheets.sheet import Sheet
from reporting.base_sheets.xlsx import write_workbook

SHEETS, _AT_ONCE, _MOST_MEMORY = 500, 100, 512
_UNITS = (
    "select distinct unit_id from bases.bases where month = %s and level = 'unit' order by unit_id limit %s"
)
Cells = dict[str, list[tuple[int, int, float | str]]]


def measure(settings: Settings, folder: Path) -> list[Finding]:
    """Write a workbook of 500 sheets from the verified bases, and the same cells with bare xlsxwriter."""
    ours, bare = (_leg(name, settings, folder / "B1.xlsx") for name in ("ours", "bare"))
    if cells_of(folder / "B1.xlsx") != cells_of(folder / "bare.xlsx"):
        raise RuntimeError("bare xlsxwriter wrote other cells")
    memory = int(ours["memory"])
    return [
        Finding(f"a workbook of {SHEETS} sheets, {ours['cells']:,.0f} cells, s of CPU", f"{ours['cpu']:.1f}"),
        Finding("bare xlsxwriter, the same cells, s of CPU", f"{bare['cpu']:.1f}"),
        Finding.ratio("the workbook / bare xlsxwriter", ours["cpu"], bare["cpu"], most=2),
        Finding(
            "peak memory of the workbook, MiB", str(memory), f"under {_MOST_MEMORY}", memory < _MOST_MEMORY
        ),
    ]


def cells_of(path: Path) -> Cells:
    """Return every cell of a workbook that holds something, by sheet."""
    book = openpyxl.load_workbook(path, read_only=True)
    return {
        sheet.title: [
            (cell.row - 1, cell.column - 1, cell.value)
            for row in sheet.iter_rows()
            for cell in row
            if cell.value is not None
        ]
        for sheet in book.worksheets
    }


def _leg(name: str, settings: Settings, path: Path) -> dict[str, float]:
    arguments = [name, str(settings.home), url_of(settings), str(path)]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.base_sheets", *arguments],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    taken: dict[str, float] = json.loads(done.stdout)
    print(f"  workbook, {name}: {taken}", flush=True)
    return taken


def _sheets(warehouse: Warehouse) -> Iterator[Sheet]:
    with warehouse.connect() as connection:
        units = [unit for (unit,) in connection.execute(_UNITS, (MONTH, SHEETS))]
        for at in range(0, len(units), _AT_ONCE):
            part = units[at : at + _AT_ONCE]
            for year in read_units(connection, part, month=MONTH, site_version=""):
                yield sheet_of(year, month=MONTH, language="zh")


def _ours(warehouse: Warehouse, path: Path) -> None:
    sheets = itertools.islice(_sheets(warehouse), SHEETS)
    write_workbook(path, sheets, language="zh", as_of=last_day(MONTH))


def _bare(sheets: Cells, path: Path) -> None:
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        for title, cells in sheets.items():
            page = book.add_worksheet(title)
            for row, column, value in cells:
                if isinstance(value, str):
                    page.write_string(row, column, value)
                else:
                    page.write_number(row, column, value)


def main(leg: str, home: str, url: str, path: str) -> None:
    """Run a leg; print what it took."""
    book = Path(path)
    sheets = cells_of(book) if leg == "bare" else {}
    warehouse = open_warehouse(Settings(home=Path(home), database_url=url))
    started, busy = time.monotonic(), time.process_time()
    if leg == "ours":
        _ours(warehouse, book)
    else:
        _bare(sheets, book.with_name("bare.xlsx"))
    taken = {
        "seconds": time.monotonic() - started,
        "cpu": time.process_time() - busy,
        "memory": peak_memory(),
    }
    cells = sum(map(len, cells_of(book).values())) if leg == "ours" else 0
    print(json.dumps({**taken, "cells": cells}))


if __name__ == "__main__":
    main(*sys.argv[1:])
