"""The portal's roles: three that sign in, and one that owns what they are judged by.

None is a superuser, owns a table of the pipeline or bypasses row security, and none is a member of another:
our own user is a member of each, as of the roles of the layers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress

import psycopg
from psycopg import sql

from fundwatch.access import rights, server_roles
from fundwatch.access.rights import KEYS, OWNER, PUBLIC, SCHEMA, Right

PLAIN = {
    "portal": "fundwatch_portal",
    "acts": "fundwatch_acts",
    "signin": "fundwatch_signin",
    OWNER: "fundwatch_portal_owner",
}
# Relations and functions of the schema whose owner is another role.
_STRANGE = """
    select case c.relkind when 'v' then 'view' when 'S' then 'sequence' else 'table' end, c.relname::text, ''
    from pg_class as c
    where c.relnamespace = to_regnamespace('portal') and c.relkind in ('r', 'v', 'm', 'p')
        and c.relowner is distinct from to_regrole(quote_ident(%(owner)s))
    union all
    select 'function', p.proname::text, oidvectortypes(p.proargtypes)
    from pg_proc as p
    where p.pronamespace = to_regnamespace('portal')
        and p.proowner is distinct from to_regrole(quote_ident(%(owner)s))
"""
_SCHEMA_OWNER = "select pg_get_userbyid(nspowner)::text from pg_namespace where nspname = 'portal'"


def establish(connection: psycopg.Connection) -> dict[str, str]:
    """Create the portal's roles with their rights; return portal, acts, signin and owner -> role.

    The schema ``portal`` and what is in it goes to its owner. Where we may not create roles nothing is
    changed and nothing returned.
    Again: only what differs is changed; a right too much is taken back.
    """
    try:
        names = _ensure(connection)
        for statement in _mending(connection, names):
            # A build may have dropped a table meanwhile.
            with suppress(psycopg.errors.UndefinedTable):
                server_roles.execute_alone(connection, statement)
    except psycopg.errors.InsufficientPrivilege:
        return {}
    return names


def established(connection: psycopg.Connection) -> dict[str, str]:
    """Return key -> role when all of it is as ``establish`` would make it, else nothing."""
    named = named_roles(connection)
    names = {key: name for key, (name, _) in named.items()}
    if not all(exists for _, exists in named.values()) or any(_mending(connection, names)):
        return {}
    return names


def named_roles(connection: psycopg.Connection) -> dict[str, tuple[str, bool]]:
    """Return key -> the name of its role on this server, and whether we have it."""
    return server_roles.named(connection, PLAIN)


def _ensure(connection: psycopg.Connection) -> dict[str, str]:
    """Create the roles that are not there, and grant them to us.

    Raises: psycopg.errors.InsufficientPrivilege.
    """
    named = named_roles(connection)
    for key, (name, exists) in named.items():
        if not exists:
            server_roles.ensure(connection, name, signs_in=key != OWNER)
    return {key: name for key, (name, _) in named.items()}


def _mending(connection: psycopg.Connection, names: Mapping[str, str]) -> Iterator[sql.Composed]:
    """Yield the statements that give the schema ``portal`` its owner, and our roles what is meant."""
    owner = sql.Identifier(names[OWNER])
    row = connection.execute(_SCHEMA_OWNER).fetchone()
    if row and row[0] != names[OWNER]:
        yield sql.SQL("alter schema portal owner to {}").format(owner)
    for kind, name, arguments in connection.execute(_STRANGE, {"owner": names[OWNER]}).fetchall():
        named_object = _thing(kind, SCHEMA, f"{name}({arguments})" if kind == "function" else name)
        yield sql.SQL("alter {} {} owner to {}").format(sql.SQL(kind), named_object, owner)
    grantees = {names[key] for key in KEYS}
    held = rights.held(connection, grantees)
    meant = {right for right in rights.meant(connection, names) if not rights.is_of_owner(right, names)}
    for verb, changed in (("grant", meant - held), ("revoke", held - meant)):
        for right in sorted(changed, key=lambda right: (right.kind, right.schema, right.name, right.right)):
            yield _change(verb, right)


def _change(verb: str, right: Right) -> sql.Composed:
    towards = sql.SQL("to" if verb == "grant" else "from")
    grantee = sql.SQL(PUBLIC) if right.grantee == PUBLIC else sql.Identifier(right.grantee)
    what: sql.Composable = sql.SQL(right.right)
    if right.kind == "default":
        return sql.SQL(
            "alter default privileges for role {} in schema {} {} {} on tables {} {}"
        ).format(
            sql.Identifier(right.name), sql.Identifier(right.schema), sql.SQL(verb), what, towards, grantee
        )  # fmt: skip
    place: sql.Composable = sql.Identifier(right.schema, right.name)
    if right.kind == "schema":
        place = sql.SQL("schema {}").format(sql.Identifier(right.schema))
    elif right.kind == "column":
        table, _, column = right.name.partition(".")
        what = sql.SQL("{} ({})").format(what, sql.Identifier(column))
        place = sql.Identifier(right.schema, table)
    elif right.kind == "function":
        place = sql.SQL("function {}").format(_thing("function", right.schema, right.name))
    return sql.SQL("{} {} on {} {} {}").format(sql.SQL(verb), what, place, towards, grantee)


def _thing(kind: str, schema: str, name: str) -> sql.Composable:
    if kind != "function":
        return sql.Identifier(schema, name)
    plain, _, arguments = name.partition("(")
    return sql.SQL("{}({})").format(sql.Identifier(schema, plain), sql.SQL(arguments.removesuffix(")")))
