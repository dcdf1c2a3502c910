"""Users with sessions, and what the role that reads sees under one."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence

import psycopg

from fundwatch.database.warehouse import Warehouse

Grant = tuple[str, str]


def sign_in(warehouse: Warehouse, *grants: Grant, idle: str = "30 minutes", ends: str = "12 hours") -> str:
    """Return the secret of a new user's session, with grants of role and division."""
    secret, name = secrets.token_bytes(32), f"u{secrets.token_hex(4)}"
    with warehouse.connect() as connection:
        connection.execute("insert into portal.users (name) values (%s)", (name,))
        for role, division in grants:
            connection.execute(
                "insert into portal.grants (user_name, role, division, granted_by) values (%s, %s, %s, 't')",
                (name, role, division),
            )
        connection.execute(
            "insert into portal.sessions (secret_sha256, session_id, user_name, idle_until, ends_at)"
            " values (%s, %s, %s, now() + %s::interval, now() + %s::interval)",
            (hashlib.sha256(secret).digest(), secrets.token_hex(4), name, idle, ends),
        )
    return secret.hex()


def reading(warehouse: Warehouse, key: str = "portal") -> psycopg.Connection:
    """Return a connection of one of the portal's roles, signed in as itself."""
    url = warehouse.portal_url(key)
    assert url is not None
    return psycopg.connect(url, autocommit=True)


def seen(portal: psycopg.Connection, secret: str | None, query: str, *values: object) -> Sequence[tuple]:
    """Return the rows of a query in one transaction of a session, none where ``secret`` is None."""
    with portal.transaction():
        portal.execute("set transaction isolation level repeatable read, read only")
        if secret is not None:
            portal.execute("select set_config('fundwatch.session', %s, true)", (secret,))
        return portal.execute(query, values).fetchall()
