"""Answers to the items of the checklist that no data can answer, each with the name of who declares it."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg

from fundwatch import audit
from fundwatch.actors import plain_name
from fundwatch.errors import SignOffRefused, UsageWrong
from fundwatch.months import parse_month
from fundwatch.warehouse import Warehouse
from reporting.snapshot.checklist import ANSWERS, DECLARED, ITEMS


@dataclass(frozen=True)
class Declared:
    """One answer; ``actor`` is who signs for it."""

    item: str
    answer: str
    note: str
    actor: str


def declare(
    warehouse: Warehouse, *, item: str, month: str, name: str, answer: str, note: str = ""
) -> Declared:
    """Keep a signed answer to an item of the checklist for a month.

    Shape:  one row in ops.declarations, one entry in the audit log.
    Again:  the later answer counts; the earlier one is kept.
    Raises: UsageWrong (no such item or answer, or data answer it), SignOffRefused (nobody named),
            MonthInvalid.
    """
    parse_month(month)
    _require_declarable(item)
    if answer not in ANSWERS:
        raise UsageWrong(f"{answer!r} is no answer", next_step=f"Give --answer {', '.join(ANSWERS)}")
    made = Declared(item, answer, " ".join(note.split()), plain_name(name))
    if not made.actor:
        raise SignOffRefused("a declaration is made by somebody", next_step="Name who declares it with --as")
    with warehouse.connect() as connection:
        connection.execute(
            "insert into ops.declarations (month, item, answer, note, actor) values (%s, %s, %s, %s, %s)",
            (month, made.item, made.answer, made.note, made.actor),
        )
        audit.append(
            connection, stream=audit.DECLARATIONS, actor=made.actor, action="checklist item declared",
            about=f"{made.item} {month}", details={"answer": made.answer, "note": made.note},
        )  # fmt: skip
    return made


def declared_in(connection: psycopg.Connection, month: str) -> tuple[Declared, ...]:
    """Return the answers that count for a month, in the order of the checklist."""
    rows = connection.execute(
        "select distinct on (item) item, answer, note, actor from ops.declarations where month = %s"
        " order by item, declaration_id desc",
        (month,),
    )
    found = {row[0]: Declared(*row) for row in rows}
    return tuple(found[item.name] for item in ITEMS if item.name in found)


def _require_declarable(item: str) -> None:
    if item in DECLARED:
        return
    is_computed = any(one.name == item for one in ITEMS)
    raise UsageWrong(
        f"data answer the item {item}" if is_computed else f"the checklist has no item {item!r}",
        next_step=f"Declare one of {', '.join(DECLARED)}",
    )
