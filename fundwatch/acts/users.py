"""Users of the portal: made, granted roles, disabled, given passwords; by the command line and by its page.

``name`` is who does it at the command line; without one it is the user of the connection's session, an
administrator whose divisions cover the user's, and who never is that user.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import class_row

from fundwatch.access import passwords
from fundwatch.acts.refusals import Connection, refusals
from fundwatch.queries import one_row

ROLES = ("supervisor", "statistician", "auditor", "engineer", "admin")


@dataclass(frozen=True)
class User:
    """One user: ``grants`` are role and division; ``state`` is active, disabled or one-time (password)."""

    name: str
    display: str
    state: str
    grants: list[tuple[str, str]]
    sessions: int
    oidc_subject: str | None


@dataclass(frozen=True)
class LiveSession:
    """A session that lives; instants are UTC."""

    session_id: str
    started_at: datetime
    idle_until: datetime
    ends_at: datetime
    address: str


def add_in(
    connection: Connection,
    *,
    user: str,
    display: str = "",
    password: str = "",
    name: str | None = None,
) -> str:
    """Make a user; return the one-time password, or nothing where a password is given.

    Again:  refused.
    Raises: UsageWrong (the name, or a password against the rules), NotPermitted, NotFound, AuditUnavailable.
    """
    hashed, expires, shown = _password(password, user=user)
    _act(connection, "user_added", name, user, display, hashed, expires)
    return shown


def grant_in(connection: Connection, *, user: str, role: str, division: str, name: str | None = None) -> None:
    """Grant a role for a division and all below it. Again: nothing changes.

    Raises: UsageWrong (no such role or division), NotPermitted, NotFound, AuditUnavailable.
    """
    _act(connection, "user_granted", name, user, role, division)


def revoke_in(
    connection: Connection, *, user: str, role: str, division: str, name: str | None = None
) -> None:
    """Take a grant back; it counts no more from the next request.

    Raises: NotFound (no such user or grant), NotPermitted, AuditUnavailable.
    """
    _act(connection, "user_revoked", name, user, role, division)


def disable_in(connection: Connection, *, user: str, is_disabled: bool, name: str | None = None) -> None:
    """Disable a user, whose sessions end at once, or enable one. Again: nothing changes.

    Raises: NotFound, NotPermitted, AuditUnavailable.
    """
    _act(connection, "user_disabled", name, user, is_disabled)


def give_password_in(
    connection: Connection, *, user: str, password: str = "", name: str | None = None
) -> str:
    """Give a user a password and end all sessions; return the one-time password, unless one is given.

    Raises: UsageWrong (against the rules), NotFound, NotPermitted, AuditUnavailable.
    """
    hashed, expires, shown = _password(password, user=user)
    _act(connection, "user_password", name, user, hashed, expires)
    return shown


def end_sessions_in(connection: Connection, *, user: str, name: str | None = None) -> int:
    """End all sessions of a user; return how many there were.

    Raises: NotFound, NotPermitted, AuditUnavailable.
    """
    return int(_act(connection, "user_sessions_ended", name, user))


def bind_in(connection: psycopg.Connection, *, user: str, subject: str, name: str) -> None:
    """Bind a user to a subject of the identity provider; an empty one unbinds. At the command line only.

    Raises: NotFound, UsageWrong (bound to another user), AuditUnavailable.
    """
    _act(connection, "user_bound", name, user, subject)


def listed(connection: psycopg.Connection) -> list[User]:
    """Return all users by name; for the pipeline's connection."""
    query = """
        select u.name, u.display, u.oidc_subject,
            case when u.is_disabled then 'disabled' when u.must_change_password then 'one-time'
                else 'active' end as state,
            coalesce((select json_agg(json_build_array(g.role, g.division) order by g.role, g.division)
                from portal.grants as g where g.user_name = u.name), '[]'::json) as grants,
            (select count(*) from portal.sessions as s where s.user_name = u.name and s.ended_at is null
                and s.idle_until > clock_timestamp() and s.ends_at > clock_timestamp()) as sessions
        from portal.users as u order by u.name
    """
    with connection.cursor(row_factory=class_row(User)) as cursor:
        return cursor.execute(query).fetchall()


def sessions_of(connection: psycopg.Connection, *, user: str) -> list[LiveSession]:
    """Return the live sessions of a user, newest first; for the pipeline's connection.

    Raises: NotFound.
    """
    with refusals(connection):
        connection.execute("select portal.require_user(%s)", (user,))
    query = """
        select session_id, started_at, idle_until, ends_at, address from portal.sessions
        where user_name = %s and ended_at is null and idle_until > clock_timestamp()
            and ends_at > clock_timestamp()
        order by started_at desc
    """
    with connection.cursor(row_factory=class_row(LiveSession)) as cursor:
        return cursor.execute(query, (user,)).fetchall()


def city(connection: psycopg.Connection) -> str:
    """Return the code of the site's city, for which a grant is where no division is named; else nothing."""
    (division,) = one_row(connection.execute("select coalesce(portal.city(), '')"))
    return str(division)


def _password(password: str, *, user: str) -> tuple[str, datetime | None, str]:
    """Return the hash, the end of a one-time password and the password itself where it is one."""
    if password:
        passwords.require_usable(password, user=user)
        return passwords.hash_of(password), None, ""
    made = passwords.one_time()
    return passwords.hash_of(made), datetime.now(UTC) + timedelta(hours=passwords.ONE_TIME_HOURS), made


def _act(connection: Connection, act: str, name: str | None, *values: object) -> Any:
    function = act if name is None else f"{act}_by"
    given = values if name is None else (name, *values)
    call = sql.SQL("select {}({})").format(
        sql.Identifier("portal", function), sql.SQL(", ").join([sql.Placeholder()] * len(given))
    )
    with refusals(connection):
        # A row of tuples or of names, as the connection makes them.
        row = connection.execute(call, given).fetchone()
    return next(iter(row.values() if isinstance(row, dict) else row or (None,)))


def divisions_gone(connection: psycopg.Connection) -> frozenset[str]:
    """Return the divisions of grants that the site has no more: a grant on one covers nothing."""
    rows = connection.execute(
        "select g.division from portal.grants as g where g.division not in ("
        "select t.division from portal.division_tree() as t where t.is_present)"
    )
    return frozenset(division for (division,) in rows)
