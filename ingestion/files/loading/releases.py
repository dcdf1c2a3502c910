"""Releases: a second person's approval to load a file held because of its quarantined rows."""

from __future__ import annotations

import psycopg

from fundwatch import audit
from fundwatch.actors import is_same_person, name_of_signer, plain_name
from fundwatch.errors import SignOffRefused
from fundwatch.queries import one_row


def is_released(connection: psycopg.Connection, file_id: str) -> bool:
    """Return whether someone has released these very bytes."""
    return bool(
        one_row(
            connection.execute("select exists (select from ops.releases where file_id = %s)", (file_id,))
        )[0]
    )


def enter_release(connection: psycopg.Connection, *, file_id: str, name: str, reason: str) -> None:
    """Enter who releases a file and why; append-only.

    Again:  a second release of the same file changes nothing.
    Raises: SignOffRefused (no name or reason, or the person who ran the pipeline that held the file).
    """
    released_by, why = name_of_signer(name, act="a release"), plain_name(reason)
    if not why:
        raise SignOffRefused("a release needs a reason", next_step="Give it with --reason")
    with connection.transaction():
        held_by, attempt = one_row(
            connection.execute(
                "select decided_by, attempt from ops.files where file_id = %s for update", (file_id,)
            )
        )
        if is_same_person(released_by, held_by):
            raise SignOffRefused(
                f"{released_by} ran the pipeline that held this file and cannot release it",
                next_step="Let another person look at it and release it with --as their name",
            )
        entered = connection.execute(
            "insert into ops.releases (file_id, held_by, released_by, reason) values (%s, %s, %s, %s)"
            " on conflict (file_id) do nothing",
            (file_id, held_by, released_by, why),
        )
        if entered.rowcount:
            connection.execute(
                "insert into ops.file_events (file_id, attempt, event, message, actor)"
                " values (%s, %s, 'released', %s, %s)",
                (file_id, attempt, why, released_by),
            )
            audit.append(
                connection, stream=audit.RELEASES, actor=released_by, action="file released",
                about=f"file {file_id}", details={"held_by": held_by, "reason": why},
            )  # fmt: skip
