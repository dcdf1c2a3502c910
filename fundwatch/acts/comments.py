"""Comments on cases and issues, by users of the portal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fundwatch.acts.notes import checked_note
from fundwatch.acts.refusals import Connection, done
from fundwatch.errors import UsageWrong


@dataclass(frozen=True)
class Comment:
    """One comment as it was stored: ``about`` is ``cases/ID`` or ``issues/ID``; ``at`` with its zone."""

    comment_id: int
    about: str
    text: str
    at: datetime


def comment_in(connection: Connection, *, about: str, text: str) -> Comment:
    """Store a comment of the session's user, in the caller's transaction, on a connection of the portal.

    Shape:  one row in portal.comments, one entry in the audit log, which does not repeat the text.
    Again:  a second comment.
    Raises: NotFound (no such object, or not one the user sees), NotPermitted, UsageWrong (empty, or a text
            that may not be kept), AuditUnavailable.
    """
    note = checked_note(text)
    if not note:
        raise UsageWrong("a comment needs a text", next_step="Write what is to be said")
    act = "select comment_id, at from portal.comment(%(about)s, %(said)s)"
    comment_id, at = done(connection, act, {"about": about, "said": note})
    return Comment(comment_id, about, note, at)
