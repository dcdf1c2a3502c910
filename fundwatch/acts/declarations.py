"""Declarations: signed answers to the checklist items that cannot be computed."""

from __future__ import annotations

from dataclasses import dataclass

from fundwatch.actors import name_of_signer
from fundwatch.acts.checklist import ANSWERS, DECLARED, ITEMS
from fundwatch.acts.notes import checked_note
from fundwatch.acts.refusals import Connection, done
from fundwatch.database.warehouse import Warehouse
from fundwatch.errors import UsageWrong
from fundwatch.months import parse_month


@dataclass(frozen=True)
class Declaration:
    """One answer; ``actor`` has signed it."""

    item: str
    answer: str
    note: str
    actor: str


def declare(
    warehouse: Warehouse, *, item: str, month: str, name: str, answer: str, note: str = ""
) -> Declaration:
    """Store a signed answer to an item of the checklist for a month, as ``declare_in`` does."""
    with warehouse.connect() as connection:
        return declare_in(connection, item=item, month=month, name=name, answer=answer, note=note)


def declare_in(
    connection: Connection,
    *,
    item: str,
    month: str,
    answer: str,
    note: str = "",
    name: str | None = None,
) -> Declaration:
    """Store a signed answer to an item of the checklist for a month, in the caller's transaction.

    ``name``: who declares it, on a connection of the pipeline. None on a connection of the portal: then it is
    the session's user, who must be a supervisor from the city up; the result leaves ``actor`` empty.
    Shape:  one row in ops.declarations, one entry in the audit log.
    Again:  the later answer counts; the earlier one stays stored.
    Raises: UsageWrong (no such item or answer, the item is computed, or a note that may not be kept),
            SignOffRefused (no name), MonthInvalid, NotFound, NotPermitted, AuditUnavailable.
    """
    parse_month(month)
    _require_declarable(item)
    if answer not in ANSWERS:
        raise UsageWrong(f"{answer!r} is no answer", next_step=f"Give --answer {', '.join(ANSWERS)}")
    actor = None if name is None else name_of_signer(name, act="a declaration")
    declaration = Declaration(item, answer, checked_note(" ".join(note.split())), actor or "")
    values = {"who": actor, "month": month, "item": item, "answer": answer, "note": declaration.note}
    done(connection, _DECLARE_OWN if actor is None else _DECLARE, values)
    return declaration


def _require_declarable(item: str) -> None:
    if item in DECLARED:
        return
    is_computed = any(known.name == item for known in ITEMS)
    raise UsageWrong(
        f"data answer the item {item}" if is_computed else f"the checklist has no item {item!r}",
        next_step=f"Declare one of {', '.join(DECLARED)}",
        field="item",
    )


_DECLARATION = "%(month)s, %(item)s, %(answer)s, %(note)s)"
_DECLARE = f"select ops.declare_item(%(who)s, {_DECLARATION}"
_DECLARE_OWN = f"select portal.declare_item({_DECLARATION}"
