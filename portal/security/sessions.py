"""Sessions: a random secret in a cookie, of which the database keeps the hash."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.database import Pools, once_more, signing_in
from portal.language import Language
from portal.settings import PortalSettings

COOKIE = "__Host-fundwatch"
_SECRET = re.compile(r"[0-9a-f]{64}")
_SECRET_BYTES = 32
MOST_SESSIONS = 5


@dataclass(frozen=True)
class Session:
    """A live session; ``grants`` are role, division and the division's level."""

    session_id: str
    user: str
    display: str
    language: Language
    grants: tuple[tuple[str, str, str], ...]
    started_at: datetime
    ends_at: datetime
    must_change_password: bool


def secret_of(cookies: Mapping[str, str]) -> str | None:
    """Return the secret in a request's cookie, if it is written as one."""
    secret = cookies.get(COOKIE, "")
    return secret if _SECRET.fullmatch(secret) else None


def csrf_token_of(secret: str) -> str:
    """Return what the forms of a session carry: it follows from the secret, which it does not tell."""
    return hmac.digest(bytes.fromhex(secret), b"fundwatch form", "sha256").hex()


def hash_of(secret: str) -> bytes:
    """Return what the database keeps of a secret."""
    return hashlib.sha256(bytes.fromhex(secret)).digest()


def new_secret() -> str:
    """Return a new secret: 256 random bits in hexadecimal."""
    return secrets.token_hex(_SECRET_BYTES)


def live_session(pools: Pools, secret: str, *, settings: PortalSettings) -> Session | None:
    """Return the session of a secret while it lives, and let its idle time begin anew.

    Raises: what psycopg and its pool raise.
    """

    def touched() -> dict[str, Any] | None:
        with signing_in(pools) as connection:
            return connection.execute(
                "select * from portal.session_touched(%s, make_interval(mins => %s))",
                (hash_of(secret), settings.idle_minutes),
            ).fetchone()

    row = once_more(touched)
    return None if row is None else session_of(row)


def session_of(row: Mapping[str, Any]) -> Session:
    """Return a session as the functions of sign-in give it."""
    return Session(
        session_id=row["session_id"],
        user=row["user_name"],
        display=row["display"] or row["user_name"],
        language=row["language"],
        grants=tuple((grant["role"], grant["division"], grant["level"] or "") for grant in row["grants"]),
        started_at=row["started_at"],
        ends_at=row["ends_at"],
        must_change_password=row["must_change_password"],
    )
