"""The suspicious points of a publication, in their state at its preparation."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import psycopg
from psycopg import sql

COLUMNS = (
    "case_id", "rule_id", "division", "scheme", "person_id", "other_person_id", "match_class", "score",
    "first_month", "last_month", "months", "amount", "state", "outcome", "evidence",
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One case; amounts in yuan, evidence as JSON text."""

    case_id: str
    rule_id: str
    division: str | None
    scheme: str | None
    person_id: str | None
    other_person_id: str | None
    match_class: str | None
    score: Decimal | None
    first_month: str | None
    last_month: str | None
    months: int | None
    amount: Decimal | None
    state: str | None
    outcome: str | None
    evidence: str | None


def cases_of(connection: psycopg.Connection, month: str) -> tuple[Case, ...]:
    """Return the month's cases ordered by id; none where cross-checks never ran."""
    ((relation,),) = connection.execute("select to_regclass('crosschecks.cases')")
    if relation is None:
        return ()
    columns = sql.SQL(", ").join(map(sql.Identifier, COLUMNS))
    query = sql.SQL("select {} from crosschecks.cases where month = %s").format(columns)
    rows = connection.execute(query, (month,))
    return tuple(sorted((Case(*row) for row in rows), key=lambda case: case.case_id))


def places_of_cases(connection: psycopg.Connection, month: str) -> dict[str, int]:
    """Return case id -> its place among the month's cases in the order of their export."""
    rows = connection.execute(
        "select case_id, row_number() over ("
        " order by rule_id, person_id, other_person_id nulls first, scheme, case_id)"
        " from crosschecks.cases where month = %s",
        (month,),
    )
    return dict(rows.fetchall())
