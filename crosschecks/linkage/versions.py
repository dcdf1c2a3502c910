"""Which persons may differ from those linked last, told from the versions of the ledger they come from.

A version says in which months' batches it was current. Between two months those persons differ that have a
version which begins or ends there: one look at the months instead of comparing everybody with the register.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import LiteralString

from psycopg import Cursor

_STATE: LiteralString = (
    "select state_id from business_ledger.built_months where model = 'persons' and month = %s"
)
_SUSPECTS: LiteralString = """
    create temp table linkage_suspects on commit drop as
    select distinct person_id
    from business_ledger.persons
    where
        person_id is not null
        and (
            (valid_from_batch > %(first)s and valid_from_batch <= %(last)s)
            or (valid_to_batch > %(first)s and valid_to_batch <= %(last)s)
        )
"""


@dataclass(frozen=True)
class Batch:
    """The month whose persons are linked, and the id of the ledger's state in it; None is not known."""

    month: str | None = None
    state_id: str | None = None


def batch_of(cursor: Cursor, month: str | None) -> Batch:
    """Return the batch of a month as the ledger of persons holds it."""
    if month is None:
        return Batch()
    found = cursor.execute(_STATE, (month,)).fetchone()
    return Batch(month, found[0] if found else None)


def note_suspects(cursor: Cursor, former: Batch, batch: Batch) -> bool:
    """Note who may differ between the batch linked last and this one; return False when that is unknown.

    Shape:  the temporary table ``linkage_suspects`` (person_id), until the transaction ends. It is unknown
            when the ledger's state of the former month is no longer the one that was linked.
    """
    if former.month is None or batch.month is None or former.state_id is None:
        return False
    if batch_of(cursor, former.month) != former:
        return False
    first, last = sorted((former.month, batch.month))
    cursor.execute(_SUSPECTS, {"first": first, "last": last})
    cursor.execute("analyze linkage_suspects")
    return True
