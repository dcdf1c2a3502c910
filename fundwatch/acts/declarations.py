"""Declarations: signed answers to the checklist items that cannot be computed."""

from __future__ import annotations

from dataclasses import dataclass

from fundwatch import audit
from fundwatch.actors import name_of_signer
from fundwatch.acts.checklist import ANSWERS, DECLARED, ITEMS
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
    """Store a signed answer to an item of the checklist for a month.

    Shape:  one row in ops.declarations, one entry in the audit log.
    Again:  the later answer counts; the earlier one stays stored.
    Raises: UsageWrong (no such item or answer, or the item is computed), SignOffRefused (no name),
            MonthInvalid.
    """
    parse_month(month)
    _require_declarable(item)
    if answer not in ANSWERS:
        raise UsageWrong(f"{answer!r} is no answer", next_step=f"Give --answer {', '.join(ANSWERS)}")
    actor = name_of_signer(name, act="a declaration")
    declaration = Declaration(item, answer, " ".join(note.split()), actor)
    with warehouse.connect() as connection:
        connection.execute(
            "insert into ops.declarations (month, item, answer, note, actor) values (%s, %s, %s, %s, %s)",
            (month, declaration.item, declaration.answer, declaration.note, declaration.actor),
        )
        audit.append(
            connection, stream=audit.DECLARATIONS, actor=declaration.actor, action="checklist item declared",
            about=f"{declaration.item} {month}",
            details={"answer": declaration.answer, "note": declaration.note},
        )  # fmt: skip
    return declaration


def _require_declarable(item: str) -> None:
    if item in DECLARED:
        return
    is_computed = any(known.name == item for known in ITEMS)
    raise UsageWrong(
        f"data answer the item {item}" if is_computed else f"the checklist has no item {item!r}",
        next_step=f"Declare one of {', '.join(DECLARED)}",
    )
