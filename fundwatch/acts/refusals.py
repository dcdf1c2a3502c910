"""Acts as functions of the database, and what they refuse as errors that say what to do about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, LiteralString

import psycopg
from psycopg.rows import tuple_row

from fundwatch.errors import (
    AuditUnavailable,
    CaseMoved,
    FundwatchError,
    NotFound,
    NotPermitted,
    NotUnique,
    QuotaExceeded,
    SamePerson,
    SignOffRefused,
    TransitionRefused,
    UsageWrong,
    WarehouseBusy,
)  # fmt: skip
from fundwatch.queries import one_row

# So many ids are shown of those that begin alike.
SHOWN = 5
# A connection of the pipeline or of the portal, whatever rows it makes.
Connection = psycopg.Connection[Any]
# Codes of the class FW, which the functions of migration 0035 and later raise.
ERRORS: dict[str, type[FundwatchError]] = {
    "FW401": NotPermitted,
    "FW403": NotPermitted,
    "FW404": NotFound,
    "FW40M": CaseMoved,
    "FW40P": SamePerson,
    "FW40S": SignOffRefused,
    "FW40T": TransitionRefused,
    "FW422": UsageWrong,
    "FW429": QuotaExceeded,
    "FW503": AuditUnavailable,
    "FW50B": WarehouseBusy,
}


def done(connection: Connection, act: LiteralString, values: Mapping[str, object]) -> tuple[Any, ...]:
    """Do one act, a query of one row, in a savepoint; return its row, whatever rows the connection makes.

    Raises: as ``refusals``.
    """
    with refusals(connection), connection.cursor(row_factory=tuple_row) as cursor:
        return one_row(cursor.execute(act, values))


@contextmanager
def refusals(connection: Connection) -> Iterator[None]:
    """Do one act in a transaction of its own, or in a savepoint of the caller's.

    Raises: the error of ``ERRORS`` for a refusal, with nothing changed; other errors of the database pass.
    """
    with translated(), connection.transaction():
        yield


@contextmanager
def translated() -> Iterator[None]:
    """Raise the error of ``ERRORS`` where the database refuses; other errors of the database pass."""
    try:
        yield
    except psycopg.Error as error:
        if (kind := ERRORS.get(error.sqlstate or "")) is None:
            raise
        diagnosis = error.diag
        raise kind(
            diagnosis.message_primary or "", next_step=diagnosis.message_hint or "Try again later"
        ) from None


def the_one(ids: Sequence[str], *, plural: str, nothing: str, next_step: str) -> str:
    """Return the only one of the ids that begin as one was given; ``SHOWN`` and one more are enough to judge.

    Raises: NotFound (there is none, told as ``nothing`` and ``next_step``), NotUnique.
    """
    if not ids:
        raise NotFound(nothing, next_step=next_step)
    if len(ids) > 1:
        shown = ", ".join(ids[:SHOWN])
        raise NotUnique(
            f"the ids of several {plural} begin so: {shown}{', …' if len(ids) > SHOWN else ''}",
            next_step="Give more characters of the id",
        )
    return ids[0]
