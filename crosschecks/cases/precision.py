"""How far the points of a rule were true, measured once enough of its cases are closed."""

from __future__ import annotations

import psycopg

from fundwatch.acts.cases import require_cases
from fundwatch.case_yields import RuleYield, read_yields


def yields(connection: psycopg.Connection) -> dict[str, RuleYield]:
    """Return what became of the cases of each rule that ever raised one, in any month.

    Source: ``fundwatch.case_yields``.
    Raises: NotFound (cross-checks never ran).
    """
    require_cases(connection)
    return {row.rule_id: row for row in read_yields(connection)}
