"""Signing in as the role of a layer, so that a session has nothing it could put off."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from contextlib import suppress
from functools import cache
from pathlib import Path

import psycopg
from psycopg import conninfo, sql

from fundwatch.host import exclusive_folder, write_private

_ROUNDS = 50_000
_SECRET = Path("roles", "secret")


@cache
def url_as(url: str, role: str, home: Path) -> str | None:
    """Return the URL with which a role signs in to the warehouse; None where the server does not let it.

    The role's password follows from our own user's, so that every home of a warehouse knows it, and what a
    session knows of its own password leads to no other; where our user has none, from a secret in ``home``,
    a file that only its owner reads. A role that has another password, or none, is given this one.
    Raises: FolderUnusable.
    """
    from sqlalchemy.engine import make_url

    parts = make_url(url)
    password = hmac.digest(_key(parts.password or _secret(home)), role.encode(), "sha256").hex()
    as_role = parts.set(username=role, password=password).render_as_string(hide_password=False)
    if _lets_in(as_role):
        return as_role
    with psycopg.connect(url, autocommit=True) as connection:
        give_password(connection, role, password)
    return as_role if _lets_in(as_role) else None


def share_secret(home: Path, other: Path) -> None:
    """Let another home know the passwords of roles as this one does, so that neither gives them new ones."""
    if (home / _SECRET).exists():
        (other / _SECRET).parent.mkdir(mode=0o700, parents=True)
        write_private(other / _SECRET, (home / _SECRET).read_text())


def _lets_in(url: str) -> bool:
    with suppress(psycopg.OperationalError), psycopg.connect(url, connect_timeout=10) as connection:
        return conninfo.conninfo_to_dict(url)["user"] == connection.info.user
    return False


def give_password(connection: psycopg.Connection, role: str, password: str) -> None:
    """Let a role sign in with a password, which the server gets to know as its verifier alone.

    Where our user may not change roles nothing happens.
    """
    verifier = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256")
    # Refused: our user may not change roles. Concurrently updated: somebody else gives it the same one.
    with suppress(psycopg.errors.InsufficientPrivilege, psycopg.errors.InternalError_):
        connection.execute(
            sql.SQL("alter role {} login password {}").format(
                sql.Identifier(role), sql.Literal(verifier.decode())
            )
        )


@cache
def _key(secret: str) -> bytes:
    return hashlib.pbkdf2_hmac("sha256", secret.encode(), b"fundwatch roles of layers", _ROUNDS)


def _secret(home: Path) -> str:
    """Return the secret of a home, made when there is none."""
    file = home / _SECRET
    with exclusive_folder(file.parent, mode=0o700):
        if not file.exists():
            write_private(file, secrets.token_urlsafe(32))
        return file.read_text()
