"""Personal values shown for a reason: entered in the audit log first, committed, and only then read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Any

from psycopg.rows import tuple_row

from fundwatch.acts.notes import checked_note
from fundwatch.acts.refusals import Connection, done, translated
from fundwatch.errors import UsageWrong
from fundwatch.numbers import identity
from fundwatch.queries import one_row

# Opens a transaction of the session's user that commits at the end of its block, each time it is called.
Opening = Callable[[], AbstractContextManager[Connection]]
HOURLY = 2000


def reveal(opening: Opening, *, about: str, reason: str, hourly: int = HOURLY) -> Mapping[str, Any]:
    """Show the session's user the values of a case or an issue as they are stored.

    ``about``: ``cases/ID`` or ``issues/ID``, the id whole. ``hourly``: rows a user may be shown in an hour.
    Shape:  of a case, as last published: case_id, person_id, other_person_id, evidence (list), persons (list
            of place, person_id, name, identity_number, birth_on), evidence_lines (list of line, landed_table,
            key, fields); of an issue, as last listed: issue_id, key, source_file_id, source_row.
    Again:  a second act, with an entry of its own.
    Raises: NotFound, NotPermitted, UsageWrong (no reason, or one that may not be kept), QuotaExceeded,
            AuditUnavailable. Then nothing was read.
    """
    why = checked_note(reason)
    if not why:
        raise UsageWrong("personal values are shown for a reason", next_step="Say why they are needed")
    values = {"about": about, "reason": why, "hourly": hourly}
    return _shown(opening, "select portal.enter_reveal(%(about)s, %(reason)s, %(hourly)s)", values)


def find_cases(opening: Opening, *, identity_number: str, hourly: int = HOURLY) -> list[str]:
    """Return the ids of the published cases of a person that the session's user sees, smallest first.

    ``identity_number``: valid, in 18 characters or 15 digits; it is in no entry and stored nowhere.
    Again:  a second act; each counts as many rows as it finds, one when it finds none.
    Raises: UsageWrong (no valid number), NotFound (the user reads no cases), QuotaExceeded, AuditUnavailable.
    """
    number = identity.normalise(identity_number)
    if number is None:
        raise UsageWrong(
            "this is not a valid identity number",
            next_step="Give 18 characters or 15 digits that are one",
            field="identity_number",
        )
    written = {number, number.replace("X", "x")}
    if number[6:8] == "19":
        written.add(number[:6] + number[8:17])
    values = {"numbers": sorted(written), "hourly": hourly}
    shown = _shown(opening, "select portal.enter_find(%(numbers)s::text[], %(hourly)s)", values)
    return list(shown["case_ids"])


def revealed_cells(
    connection: Connection, *, reveal_id: int, publication: int, ids: Iterable[str]
) -> dict[str, Mapping[str, Any]]:
    """Return the personal cells of rows of an export whose entry is committed, by the id of their row.

    ``reveal_id`` is what ``entries.enter_export`` returned in an earlier transaction.
    Shape:  of cases person_id, other_person_id, evidence (JSON text); of issues key.
    Raises: NotFound (nothing was entered to be shown), QuotaExceeded (more rows than were entered).
    """
    act = (
        "select coalesce(jsonb_object_agg(c.id, c.cells), '{}')"
        " from portal.revealed_cells(%(reveal)s, %(number)s, %(ids)s::text[]) as c"
    )
    (cells,) = done(connection, act, {"reveal": reveal_id, "number": publication, "ids": list(ids)})
    return dict(cells)


def _shown(opening: Opening, act: Any, values: Mapping[str, object]) -> Mapping[str, Any]:
    """Enter what is to be shown, and when that is committed, read it."""
    (reveal_id,) = _committed(opening, act, values)
    (shown,) = _committed(opening, "select portal.revealed(%(reveal)s)", {"reveal": reveal_id})
    return dict(shown)


def _committed(opening: Opening, act: Any, values: Mapping[str, object]) -> tuple[Any, ...]:
    """Do one act in a transaction that is for it alone: no savepoint is needed to undo it."""
    with translated(), opening() as connection, connection.cursor(row_factory=tuple_row) as cursor:
        return one_row(cursor.execute(act, values))
