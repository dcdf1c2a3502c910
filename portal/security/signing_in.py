"""Signing in: an attempt is counted, the password compared at equal cost for all names, a session begun."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass

import psycopg
from psycopg.rows import DictRow
from starlette.requests import Request
from starlette.responses import Response

from fundwatch.access import passwords
from fundwatch.acts.refusals import refusals
from portal import problems
from portal.database import Pools, signing_in
from portal.metrics import Metrics
from portal.security.addresses import address_of
from portal.security.hashing_slots import HashingSlots
from portal.security.sessions import (
    COOKIE,
    MOST_SESSIONS,
    Session,
    hash_of,
    new_secret,
    secret_of,
    session_of,
)
from portal.settings import PortalSettings

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,62}")
_LOCKED = "登录失败次数过多，请稍后再试。"
_SESSION_ID_BYTES = 9
CLEAR_SITE_DATA = '"cache", "cookies", "storage"'


@dataclass(frozen=True)
class Started:
    """A session that has just begun, and the secret that only its cookie will hold."""

    session: Session
    secret: str


def sign_in(request: Request, *, name: str, password: str) -> Started:
    """Begin a session for a name and its password; the one the request may have ends.

    Raises: Problem: unauthenticated (unknown, wrong, disabled, expired: all alike), too-many-requests.
    """
    known = name.strip().lower()
    begin_attempt(request, name=known)
    stored = _stored(_pools(request), known)
    slots: HashingSlots = request.app.state.hashing
    with slots.slot():
        is_right = passwords.is_right(password, stored)
    if not is_right:
        enter_sign_in(request, "failed", name=known)
        raise problems.unauthenticated()
    started = start_session(request, name=known, checked_hash=stored)
    forget_failures(request, name=known)
    return started


def begin_attempt(request: Request, *, name: str) -> None:
    """Count an attempt to give the password of a name, as failed until it succeeds.

    Raises: Problem: too-many-requests (of this name, this address, or both, there were too many).
    """
    counted = (_hash_of_name(name), address_of(request, _settings(request)))
    with signing_in(_pools(request)) as connection:
        row = connection.execute("select portal.attempt_begun(%s, %s) as seconds", counted).fetchone()
    if row and row["seconds"] > 0:
        enter_sign_in(request, "locked", name=name)
        raise problems.too_many(row["seconds"], _LOCKED)


def forget_failures(request: Request, *, name: str) -> None:
    """Forget what failed for a name from an address, now that the password was given."""
    counted = (_hash_of_name(name), address_of(request, _settings(request)))
    with signing_in(_pools(request)) as connection:
        connection.execute("select portal.failures_forgotten(%s, %s)", counted)


def start_session(request: Request, *, name: str, checked_hash: str | None) -> Started:
    """Begin a session of a user whose password, or whose identity provider, was checked.

    Raises: Problem: unauthenticated (disabled, or given another password, meanwhile).
    """
    settings, secret = _settings(request), new_secret()
    with signing_in(_pools(request)) as connection:
        former = secret_of(request.cookies)
        if former is not None:
            connection.execute("select portal.session_ended(%s, 'signed in anew')", (hash_of(former),))
        row = connection.execute(
            "select * from portal.session_started(%s, %s, %s, %s, %s, make_interval(mins => %s),"
            " make_interval(hours => %s), %s)",
            (
                name, checked_hash, hash_of(secret), secrets.token_urlsafe(_SESSION_ID_BYTES),
                address_of(request, settings), settings.idle_minutes, settings.session_hours, MOST_SESSIONS,
            ),
        ).fetchone()  # fmt: skip
        if row is not None:
            enter_in(connection, "in", name=name, request=request)
    if row is None:
        raise problems.unauthenticated()
    return Started(session_of(row), secret)


def sign_out(request: Request) -> None:
    """End the session of a request. Again: nothing."""
    secret = secret_of(request.cookies)
    if secret is None:
        return
    with signing_in(_pools(request)) as connection:
        row = connection.execute(
            "select portal.session_ended(%s, 'signed out') as name", (hash_of(secret),)
        ).fetchone()
        if row and row["name"]:
            enter_in(connection, "out", name=row["name"], request=request)


def enter_sign_in(request: Request, what: str, *, name: str) -> None:
    """Enter an attempt that began no session; of a name that is no user's, nothing of it is kept.

    Raises: AuditUnavailable.
    """
    with signing_in(_pools(request)) as connection:
        enter_in(connection, what, name=name, request=request)


def enter_in(connection: psycopg.Connection[DictRow], what: str, *, name: str, request: Request) -> None:
    """Enter what happens to a session in the transaction in which it happens, and count it.

    Raises: AuditUnavailable: then nothing happens.
    """
    with refusals(connection):
        connection.execute(
            "select portal.sign_in_entered(%s, %s, %s)", (what, name, request.state.request_id)
        )
    metrics: Metrics = request.app.state.metrics
    metrics.sign_ins.labels(what).inc()


def give_cookie(response: Response, secret: str) -> None:
    """Put a session's secret into the cookie of a response; it lasts as long as the browser runs."""
    response.set_cookie(COOKIE, secret, path="/", secure=True, httponly=True, samesite="lax")


def take_cookie(response: Response) -> None:
    """Take the session's cookie away, and all that the browser keeps of us."""
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="lax")
    response.headers["Clear-Site-Data"] = CLEAR_SITE_DATA


def _hash_of_name(name: str) -> bytes:
    return hashlib.sha256(name.encode("utf-8", "replace")).digest()


def _stored(pools: Pools, name: str) -> str | None:
    """Return the hash of a user who may sign in with a password; the query is the same for every name."""
    asked = name if _NAME.fullmatch(name) else ""
    with signing_in(pools) as connection:
        row = connection.execute("select * from portal.credentials(%s)", (asked,)).fetchone()
    return None if row is None else row["password_hash"]


def _pools(request: Request) -> Pools:
    pools: Pools = request.app.state.pools
    return pools


def _settings(request: Request) -> PortalSettings:
    settings: PortalSettings = request.app.state.settings
    return settings
