"""What a publication of a month consists of, read once, and the hash that tells it from another."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

import psycopg

from fundwatch import __version__
from fundwatch.errors import NotFound
from reporting.snapshot.bulletin_inputs import Inputs, inputs_of
from reporting.snapshot.cases import Case, cases_of
from reporting.snapshot.history import Observation, history_of
from reporting.snapshot.inputs import Batches, batches_of
from reporting.snapshot.quality import (
    Earlier,
    FailingRow,
    Measured,
    RuleResult,
    earlier_rates,
    failing_rows_of,
    rule_results_of,
    scorecard_of,
)

_PLACE = re.compile(r"r(?P<line>[0-9]+)c(?P<column>[0-9]+)")


@dataclass(frozen=True)
class Cell:
    """One figure of a form; ``value`` is None for a ratio without denominator."""

    form: str
    division: str
    scheme: str
    breakdown: str
    cell: str
    label_zh: str
    label_en: str
    value: Decimal | None
    unit: str
    indicator: str

    @property
    def place(self) -> tuple[int, int]:
        """Line and column in the form, from 1."""
        found = _PLACE.fullmatch(self.cell)
        return int(found["line"]), int(found["column"])


def subjects(cells: Iterable[Cell]) -> dict[tuple[str, int], tuple[str, int]]:
    """Return what each line of the targets (form R4) is about, by form and line.

    Shape:  an indicator, that of the line's first cell which shows one, and whether it is the division's and
            scheme's first, second, ... target of it; lines of other forms are told apart by their keys alone.
    """
    leads: dict[tuple[str, int], Cell] = {}
    for cell in sorted(cells, key=lambda one: one.place):
        if cell.form == "R4" and cell.indicator:
            leads.setdefault((cell.form, cell.place[0]), cell)
    times: Counter[tuple[str, str, str]] = Counter()
    found = {}
    for line, lead in leads.items():
        named = lead.division, lead.scheme, lead.indicator
        times[named] += 1
        found[line] = lead.indicator, times[named]
    return found


@dataclass(frozen=True)
class Content:
    """Everything a publication shows, and what it was made from."""

    month: str
    site_version: str
    code_version: str
    batches: Batches
    cells: tuple[Cell, ...]
    scorecard: tuple[Measured, ...]
    cases: tuple[Case, ...] = ()
    history: tuple[Observation, ...] = ()
    bulletin: Inputs | None = None
    as_of: date | None = None
    earlier_rates: tuple[Earlier, ...] = ()
    rule_results: tuple[RuleResult, ...] = ()
    failing_rows: tuple[FailingRow, ...] = ()

    @property
    def not_usable(self) -> tuple[str, ...]:
        """Tables graded F, as ``division table``: figures made from them carry a mark."""
        graded_f = {f"{row.division} {row.table}" for row in self.scorecard if row.grade == "F"}
        return tuple(sorted(graded_f))

    @cached_property
    def sha256(self) -> str:
        """Hash of everything above; equal content has equal hashes, whenever it was read."""
        text = json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


def collect(
    connection: psycopg.Connection, *, month: str, site_version: str, as_of: date | None = None
) -> Content:
    """Read the month's cells, its scorecard and cases where there are any, and the batches behind them.

    Raises: NotFound when the month has not been built.
    """
    cells = _cells(connection, month)
    if not cells:
        raise NotFound(
            f"there are no report forms of {month}",
            next_step=f"Run fundwatch build --month {month}, then publish again",
        )
    batches, scorecard = batches_of(connection, month), scorecard_of(connection, month, site_version)
    return Content(
        month=month,
        site_version=site_version,
        code_version=__version__,
        batches=batches,
        cells=cells,
        scorecard=scorecard,
        cases=cases_of(connection, month),
        history=history_of(connection, month=month, site_version=site_version),
        bulletin=inputs_of(connection, month=month, site_version=site_version, batches=batches)
        if scorecard
        else None,
        as_of=as_of,
        earlier_rates=earlier_rates(connection, month),
        rule_results=rule_results_of(connection, month),
        failing_rows=failing_rows_of(connection, month),
    )


def _cells(connection: psycopg.Connection, month: str) -> tuple[Cell, ...]:
    if connection.execute("select to_regclass('reports.cells')").fetchone()[0] is None:
        return ()
    rows = connection.execute(
        "select form, division, scheme, breakdown, cell, label_zh, label_en, value, unit, indicator"
        " from reports.cells where month = %s",
        (month,),
    )
    cells = [Cell(*row) for row in rows]
    return tuple(sorted(cells, key=lambda cell: (cell.form, cell.place, cell.breakdown)))
