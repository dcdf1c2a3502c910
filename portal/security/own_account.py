"""What users change of their own: password, sessions, language; each by the session's secret alone."""

from __future__ import annotations

from starlette.requests import Request

from fundwatch.access import passwords
from portal import problems
from portal.database import Row, signing_in
from portal.language import Language
from portal.security.hashing_slots import HashingSlots
from portal.security.sessions import hash_of, secret_of
from portal.security.signing_in import (
    Started,
    begin_attempt,
    enter_in,
    enter_sign_in,
    forget_failures,
    start_session,
)


def change_password(request: Request, *, user: str, current: str, new: str) -> Started | None:
    """Store a new password, which ends every session of the user; return the one that begins then.

    None: the current password is not right. The new one was judged before.
    Raises: Problem: too-many-requests (a session guesses no more passwords than a form of signing in; the
            machine is hashing for others).
    """
    begin_attempt(request, name=user)
    pools, slots = request.app.state.pools, request.app.state.hashing
    with signing_in(pools) as connection:
        row = connection.execute("select * from portal.credentials(%s)", (user,)).fetchone()
    stored = None if row is None else row["password_hash"]
    changed = _hashed(slots, current=current, new=new, stored=stored)
    if changed is None:
        enter_sign_in(request, "failed", name=user)
        return None
    with signing_in(pools) as connection:
        row = connection.execute(
            "select portal.password_changed(%s, %s, %s) as name", (_key(request), stored, changed)
        ).fetchone()
    if row is None or row["name"] is None:
        return None
    forget_failures(request, name=user)
    return start_session(request, name=user, checked_hash=changed)


def sessions(request: Request) -> list[Row]:
    """Return the user's live sessions: ``session_id, started_at, idle_until, ends_at, address, is_this``."""
    with signing_in(request.app.state.pools) as connection:
        return connection.execute("select * from portal.own_sessions(%s)", (_key(request),)).fetchall()


def end_session(request: Request, *, user: str, session_id: str) -> bool:
    """End a session of the user; return whether there was one of that id."""
    with signing_in(request.app.state.pools) as connection:
        row = connection.execute(
            "select portal.own_session_ended(%s, %s) as ended", (_key(request), session_id)
        ).fetchone()
        has_ended = bool(row and row["ended"])
        if has_ended:
            enter_in(connection, "ended", name=user, request=request)
    return has_ended


def choose_language(request: Request, *, language: Language | str) -> None:
    """Store the language in which the portal greets the user."""
    with signing_in(request.app.state.pools) as connection:
        connection.execute("select portal.language_chosen(%s, %s)", (_key(request), language))


def _hashed(slots: HashingSlots, *, current: str, new: str, stored: str | None) -> str | None:
    with slots.slot():
        return passwords.hash_of(new) if passwords.is_right(current, stored) else None


def _key(request: Request) -> bytes:
    secret = secret_of(request.cookies)
    if secret is None:
        raise problems.unauthenticated()
    return hash_of(secret)
