"""Roles of a warehouse on its server, which may hold others: their names, and statements on them."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

import psycopg
from psycopg import sql

from fundwatch.queries import one_row

_LONGEST_NAME = 63
_TRIES = 50


def named(connection: psycopg.Connection, plain_names: Mapping[str, str]) -> dict[str, tuple[str, bool]]:
    """Return key -> the name of its role on this server, and whether we have it; given key -> plain name.

    Roles belong to the whole server. One of the plain name that was not granted to our user is another
    warehouse's: then ours has our user's name behind it. A superuser, too, is granted what is its own.
    """
    rows = connection.execute(
        "select r.rolname::text, exists (select from pg_auth_members as m where m.roleid = r.oid"
        " and m.member = to_regrole(quote_ident(current_user))) from pg_roles as r"
        " where starts_with(r.rolname, 'fundwatch_')"
    )
    is_ours: dict[str, bool] = dict(rows.fetchall())
    (user,) = one_row(connection.execute("select current_user::text"))
    names = {}
    for key, plain in plain_names.items():
        own = f"{plain}_{user}".encode()[:_LONGEST_NAME].decode(errors="ignore")
        if own in plain_names.values():
            own += "_"
        name = own if own in is_ours or not is_ours.get(plain, True) else plain
        names[key] = (name, is_ours.get(name, False))
    return names


def ensure(connection: psycopg.Connection, name: str, *, signs_in: bool) -> None:
    """Create a role that is not there, and grant it to us.

    Raises: psycopg.errors.InsufficientPrivilege.
    """
    role = sql.Identifier(name)
    with suppress(psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation):
        login = sql.SQL("login" if signs_in else "nologin")
        connection.execute(sql.SQL("create role {} {}").format(role, login))
    execute_alone(connection, sql.SQL("grant {} to current_user").format(role))


def execute_alone(connection: psycopg.Connection, statement: sql.Composed) -> None:
    """Execute a statement on roles or rights again while another warehouse of the server does one, too."""
    for _ in range(_TRIES):
        try:
            connection.execute(statement)
        except psycopg.errors.InternalError_:  # tuple concurrently updated
            continue
        return
