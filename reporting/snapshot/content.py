"""The content of a publication, read once, and its hash."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import LiteralString

import psycopg

from fundwatch import __version__
from fundwatch.errors import NotFound
from reporting.snapshot.acceptance import statement_faults_of
from reporting.snapshot.bulletin_inputs import BulletinInputs, inputs_of
from reporting.snapshot.cases import Case, cases_of
from reporting.snapshot.form_head import HeadLine, head_of
from reporting.snapshot.history import Observation, history_of
from reporting.snapshot.inputs import Batches, batches_of
from reporting.snapshot.points import PointInputs, point_inputs_of
from reporting.snapshot.quality import (
    EarlierRate,
    FailingRow,
    RuleResult,
    ScorecardRow,
    earlier_rates,
    failing_rows_of,
    rule_results_of,
    scorecard_of,
)
from reporting.snapshot.statements import Statements, statements_of
from reporting.snapshot.year_to_date import year_to_date_of

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
        match = _PLACE.fullmatch(self.cell)
        if match is None:
            raise ValueError(f"the cell {self.cell!r} is not named r<line>c<column>")
        return int(match["line"]), int(match["column"])


def subjects(cells: Iterable[Cell]) -> dict[tuple[str, int], tuple[str, int]]:
    """Return the subject of each line of the targets (form R4), by form and line.

    Shape:  the indicator of the line's first cell that has one, and its ordinal among the targets of that
            indicator, division and scheme; lines of other forms are identified by their keys alone.
    """
    leads: dict[tuple[str, int], Cell] = {}
    for cell in sorted(cells, key=lambda cell: cell.place):
        if cell.form == "R4" and cell.indicator:
            leads.setdefault((cell.form, cell.place[0]), cell)
    ordinals: Counter[tuple[str, str, str]] = Counter()
    lines = {}
    for line, lead in leads.items():
        key = lead.division, lead.scheme, lead.indicator
        ordinals[key] += 1
        lines[line] = lead.indicator, ordinals[key]
    return lines


@dataclass(frozen=True)
class Content:
    """Everything a publication shows, with its inputs; names of fields are part of its hash."""

    month: str
    site_version: str
    code_version: str
    batches: Batches
    cells: tuple[Cell, ...]
    scorecard: tuple[ScorecardRow, ...]
    cases: tuple[Case, ...] = ()
    history: tuple[Observation, ...] = ()
    bulletin: BulletinInputs | None = None
    as_of: date = field(kw_only=True)
    earlier_rates: tuple[EarlierRate, ...] = ()
    rule_results: tuple[RuleResult, ...] = ()
    failing_rows: tuple[FailingRow, ...] = ()
    form_head: tuple[HeadLine, ...] = ()
    year_to_date: tuple[Observation, ...] = ()
    points: PointInputs | None = None
    statements: Statements | None = None
    statement_faults: tuple[str, ...] = ()

    @property
    def not_usable(self) -> tuple[str, ...]:
        """Tables graded F, as ``division table``; forms built on them carry a warning."""
        graded_f = {f"{row.division} {row.table}" for row in self.scorecard if row.grade == "F"}
        return tuple(sorted(graded_f))

    @cached_property
    def sha256(self) -> str:
        """Hash of all fields and their names; equal content has equal hashes, whenever it was read."""
        return hashlib.sha256(self.as_text().encode()).hexdigest()

    def as_text(self) -> str:
        """Return all fields and their names as JSON, the same for equal content."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, default=str)


def collect(connection: psycopg.Connection, *, month: str, site_version: str, as_of: date) -> Content:
    """Read the month's cells, its scorecard, cases and bases where it has any, and the ids of their batches.

    Raises: NotFound when the month has not been built.
    """
    cells = _cells(connection, month)
    if not cells:
        raise NotFound(
            f"there are no report forms of {month}",
            next_step=f"Run fundwatch build --month {month}, then publish again",
        )
    batches, scorecard = batches_of(connection, month), scorecard_of(connection, month, site_version)
    cases = cases_of(connection, month)
    return Content(
        month=month,
        site_version=site_version,
        code_version=__version__,
        batches=batches,
        cells=cells,
        scorecard=scorecard,
        cases=cases,
        history=history_of(connection, month=month, site_version=site_version),
        bulletin=inputs_of(connection, month=month, site_version=site_version, batches=batches)
        if scorecard
        else None,
        as_of=as_of,
        earlier_rates=earlier_rates(connection, month),
        rule_results=rule_results_of(connection, month),
        failing_rows=failing_rows_of(connection, month),
        form_head=head_of(connection, month=month, site_version=site_version),
        year_to_date=year_to_date_of(connection, month=month),
        points=point_inputs_of(connection, month=month, site_version=site_version, cases=cases),
        statements=statements_of(connection, month=month, site_version=site_version),
        statement_faults=statement_faults_of(connection, month=month, site_version=site_version),
    )


def _cells(connection: psycopg.Connection, month: str) -> tuple[Cell, ...]:
    """Return the cells of the statistics and, where any were verified, those of contribution bases (form B1).

    A month whose statistics are not built has none.
    """
    cells = _cells_of(connection, "reports.cells", _REPORTS, month)
    if cells:
        cells += _cells_of(connection, "bases.base_cells", _BASES, month)
    return tuple(sorted(cells, key=lambda cell: (cell.form, cell.place, cell.breakdown)))


def _cells_of(connection: psycopg.Connection, relation: str, query: LiteralString, month: str) -> list[Cell]:
    ((relation_id,),) = connection.execute("select to_regclass(%s)", (relation,))
    return [] if relation_id is None else [Cell(*row) for row in connection.execute(query, (month,))]


_REPORTS: LiteralString = (
    "select form, division, scheme, breakdown, cell, label_zh, label_en, value, unit, indicator"
    " from reports.cells where month = %s"
)
_BASES: LiteralString = (
    "select form, division, scheme, breakdown, cell, label_zh, label_en, value, unit, indicator"
    " from bases.base_cells where month = %s"
)
