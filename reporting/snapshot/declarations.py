"""The answers that were declared for a month."""

from __future__ import annotations

import psycopg

from fundwatch.acts.checklist import ITEMS
from fundwatch.acts.declarations import Declaration


def declared_in(connection: psycopg.Connection, month: str) -> tuple[Declaration, ...]:
    """Return the last answers for a month, in the order of the checklist."""
    rows = connection.execute(
        "select distinct on (item) item, answer, note, actor from ops.declarations where month = %s"
        " order by item, declaration_id desc",
        (month,),
    )
    declarations = {row[0]: Declaration(*row) for row in rows}
    return tuple(declarations[item.name] for item in ITEMS if item.name in declarations)
