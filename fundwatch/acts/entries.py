"""Entries that the portal makes for what it lets out and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Mapping

from fundwatch.acts.notes import checked_note
from fundwatch.acts.refusals import Connection, done


def enter_export(
    connection: Connection,
    *,
    what: str,
    details: Mapping[str, object] | None = None,
    reason: str = "",
    personal_rows: int = 0,
    hourly: int = 2000,
) -> int | None:
    """Enter that the session's user takes rows, a file or a trace away; commit it before the first byte.

    ``what``: the list, ``publications/N/files/NAME`` or ``traces``. ``details``: format, month, filters,
    counts; no values. ``personal_rows``: how many rows go out with their personal values, for a reason; they
    count as shown in the hour. Returns the id that ``reveals.revealed_cells`` takes, None without such rows.
    Raises: NotFound (a list without such values, or one the user does not read), NotPermitted (no session),
            UsageWrong (no reason, or one that may not be kept), QuotaExceeded, AuditUnavailable.
    """
    values = {
        "what": what, "reason": checked_note(reason) or None, "rows": personal_rows, "hourly": hourly,
        "details": json.dumps(dict(details or {}), ensure_ascii=False),
    }  # fmt: skip
    act = "select portal.enter_export(%(what)s, %(reason)s, %(details)s, %(rows)s, %(hourly)s)"
    (reveal_id,) = done(connection, act, values)
    return None if reveal_id is None else int(reveal_id)


def deny(connection: Connection, *, action: str, about: str, times: int = 1) -> None:
    """Count refusals of the session's user, or of nobody's.

    ``action``: the problem's slug; ``about``: the route as it is written in the code, without values of the
    request. Equal ones of a minute become one entry with their count: ``flush_denials`` makes it once the
    minute is over. Counting does not wait for the log.
    Raises: UsageWrong (``times`` below 1).
    """
    values = {"action": action, "about": about, "times": times}
    done(connection, "select portal.deny(%(action)s, %(about)s, %(times)s)", values)


def flush_denials(connection: Connection) -> int:
    """Enter the refusals of minutes that are over; return how many entries were made.

    Again:  nothing is left to enter.
    Raises: AuditUnavailable.
    """
    (entered,) = done(connection, "select portal.flush_denials()", {})
    return int(entered)
