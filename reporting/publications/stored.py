"""What a publication states, as it is stored: cells, scorecard, rule results, cases and statements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import psycopg
from psycopg import sql

from reporting.snapshot.cases import COLUMNS as CASE_COLUMNS
from reporting.snapshot.cases import Case
from reporting.snapshot.content import Cell, Content
from reporting.snapshot.quality import FailingRow, RuleResult, ScorecardRow
from reporting.snapshot.statements import Statements
from reporting.snapshot.stored import stored_statements

_CELLS = """
    select form, division, scheme, breakdown, cell, label_zh, label_en, value, unit, indicator
    from ops.publication_cells where number = %s
"""


@dataclass(frozen=True)
class Stated:
    """Everything of a publication that a correction may change.

    ``statements`` is None where an older version prepared the publication and did not store them.
    """

    cells: tuple[Cell, ...] = ()
    scorecard: tuple[ScorecardRow, ...] = ()
    rule_results: tuple[RuleResult, ...] = ()
    cases: tuple[Case, ...] = ()
    statements: Statements | None = None

    @classmethod
    def of(cls, content: Content) -> Self:
        """Return what a content states."""
        statements = content.statements or Statements((), (), (), ())
        return cls(content.cells, content.scorecard, content.rule_results, content.cases, statements)


def stated_in(connection: psycopg.Connection, number: int) -> Stated:
    """Return what a publication states."""
    return Stated(
        cells=tuple(Cell(*row) for row in connection.execute(_CELLS, (number,))),
        scorecard=_scorecard(connection, number),
        rule_results=_rule_results(connection, number),
        cases=_cases(connection, number),
        statements=stored_statements(connection, number),
    )


def _scorecard(connection: psycopg.Connection, number: int) -> tuple[ScorecardRow, ...]:
    rows = connection.execute(
        "select division, name_zh, name_en, level, table_name, metric, numerator, denominator, rate, target,"
        " status, grade, low, high, severity, grace_months, months_outside"
        " from ops.publication_scorecard where number = %s",
        (number,),
    )
    return tuple(ScorecardRow(*row) for row in rows)


def _rule_results(connection: psycopg.Connection, number: int) -> tuple[RuleResult, ...]:
    rows = connection.execute(
        "select division, table_name, rule_id, severity, text_zh, text_en, checked, failed, own_failed"
        " from ops.publication_rules where number = %s",
        (number,),
    )
    return tuple(RuleResult(*row) for row in rows)


def failing_rows_of(connection: psycopg.Connection, number: int) -> tuple[FailingRow, ...]:
    """Return the failing rows a publication lists."""
    rows = connection.execute(
        "select division, table_name, rule_id, masked_key, source_file_id, source_row"
        " from ops.publication_failures where number = %s",
        (number,),
    )
    return tuple(FailingRow(*row) for row in rows)


def _cases(connection: psycopg.Connection, number: int) -> tuple[Case, ...]:
    query = sql.SQL("select {} from ops.publication_cases where number = %s").format(
        sql.SQL(", ").join(map(sql.Identifier, CASE_COLUMNS))
    )
    return tuple(Case(*row) for row in connection.execute(query, (number,)))
