"""One database role per layer: it owns its schema, builds in it, reads only what that may be derived from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from fnmatch import fnmatchcase
from functools import cache

import psycopg
from psycopg import sql

from fundwatch.access import rights as portal_rights
from fundwatch.access import server_roles
from fundwatch.access.roles import named_roles
from fundwatch.database.granted import Holding, survey
from fundwatch.queries import one_row

# Layer (its schema) -> what its role may read: a schema, or the tables of one whose names match. This is the
# run-time gate of the chain production -> ledgers -> statistics -> reports; the lineage test checks dbt's
# manifest against the same table.
READS: dict[str, tuple[str, ...]] = {
    "staging_production": ("landing.production__*", "staging_site"),
    "staging_tax": ("landing.tax__*", "staging_site"),
    "staging_bank": ("landing.bank__*", "staging_site"),
    "staging_civil_registry": ("landing.civil_registry__*", "staging_site"),
    "staging_finance": ("landing.finance__*", "staging_site"),
    "staging_declaration": ("landing.declaration__*", "staging_site"),
    "staging_site": ("site",),
    "business_ledger": ("staging_production", "staging_site"),
    "statistical_ledger": ("business_ledger", "staging_site"),
    "reports": ("statistical_ledger", "staging_site"),
    "reconciliation": (
        "business_ledger", "staging_tax", "staging_bank", "staging_finance", "staging_site",
    ),
    "crosschecks": (
        "business_ledger", "staging_tax", "staging_bank", "staging_civil_registry", "staging_declaration",
        "staging_site", "landing.production__*",
    ),
    "bases": (
        "business_ledger", "staging_tax", "staging_declaration", "staging_site", "landing.production__*",
    ),
    "quality": (
        "landing", "ops.files", "ops.extracts", "site", "business_ledger", "statistical_ledger",
        "reconciliation",
    ),
    "published": ("ops.publications", "ops.publication_*"),
}  # fmt: skip
# Schemas of the warehouse's own user.
GROUND = ("landing", "ops", "quarantine", "site")
SCHEMAS = (*GROUND, *READS)

# Who else may act as one of our roles, as whom one of our roles may act, and what is above all rights.
_MEMBERS = """
    select pg_get_userbyid(member)::text, 'member of ' || pg_get_userbyid(roleid) from pg_auth_members
    where pg_get_userbyid(roleid) = any(%(roles)s) and pg_get_userbyid(member) <> %(user)s
    union
    select pg_get_userbyid(member)::text, 'member of ' || pg_get_userbyid(roleid) from pg_auth_members
    where pg_get_userbyid(member) = any(%(roles)s)
    union
    select rolname::text, concat_ws(', ', case when rolsuper then 'superuser' end,
        case when rolbypassrls then 'bypassrls' end, case when rolcreaterole then 'createrole' end)
    from pg_roles where rolname = any(%(roles)s) and (rolsuper or rolbypassrls or rolcreaterole)
"""


@cache
def may_read(layer: str, schema: str, table: str) -> bool:
    """Return whether the role of a layer may read a table: its own, or one that ``READS`` lists."""
    return schema == layer or any(
        fnmatchcase(f"{schema}.{table}", source if "." in source else f"{source}.*")
        for source in READS[layer]
    )


def establish(connection: psycopg.Connection) -> dict[str, str]:
    """Create the roles, their ownership and their rights; return layer -> role.

    Whatever lies in a layer's schema is taken over: what a dump brought back, or what was built before there
    were roles. Where we may not create roles nothing is changed and nothing returned.
    Again: only what differs is changed.
    """
    try:
        roles = _ensure_roles(connection)
        for statement in _mending(survey(connection, SCHEMAS), roles):
            # A build may have dropped the table meanwhile; its successor is granted by default.
            with suppress(psycopg.errors.UndefinedTable):
                server_roles.execute_alone(connection, statement)
    except psycopg.errors.InsufficientPrivilege:
        return {}
    return roles


def established(connection: psycopg.Connection) -> dict[str, str]:
    """Return layer -> role when all of it is as ``establish`` would make it, else nothing."""
    named = _named(connection)
    roles = {layer: name for layer, (name, _) in named.items()}
    if not all(exists for _, exists in named.values()) or any(_mending(survey(connection, SCHEMAS), roles)):
        return {}
    return roles


def rights_beyond(connection: psycopg.Connection, roles: Mapping[str, str]) -> list[str]:
    """Name, one line each, what somebody owns, may do or is on our schemas beyond what is meant."""
    (user,) = one_row(connection.execute("select current_user::text"))
    portal = {key: name for key, (name, _) in named_roles(connection).items()}
    of_portal = {
        (right.kind, right.schema, right.name, right.grantee, right.right)
        for right in portal_rights.meant(connection, portal)
    }
    excess = []
    for holding in survey(connection, SCHEMAS, columns=True):
        owner = roles.get(holding.schema, user)
        if holding.kind in ("schema", "relation") and holding.owner != owner:
            excess.append(f"{holding.owner}: owner of {holding.place}")
        beyond: dict[str, list[str]] = {}
        for grantee, right in sorted(holding.grants - _meant(holding, roles)):
            name = holding.owner if holding.kind == "default" else holding.name
            if (holding.kind, holding.schema, name, grantee, right) in of_portal:
                continue
            beyond.setdefault(grantee, []).append(right.lower())
        excess += [f"{grantee}: {', '.join(right)} on {holding.place}" for grantee, right in beyond.items()]
    members = connection.execute(_MEMBERS, {"roles": list(roles.values()), "user": user})
    excess += [f"{name}: {what}" for name, what in members.fetchall()]
    return sorted(excess)


def _named(connection: psycopg.Connection) -> dict[str, tuple[str, bool]]:
    """Return layer -> the name of its role on this server, and whether we have it."""
    return server_roles.named(connection, {layer: f"fundwatch_{layer}" for layer in READS})


def _ensure_roles(connection: psycopg.Connection) -> dict[str, str]:
    """Create the roles that are not there, and grant them to us.

    Raises: psycopg.errors.InsufficientPrivilege.
    """
    named = _named(connection)
    for name, exists in named.values():
        if not exists:
            server_roles.ensure(connection, name, signs_in=False)
    return {layer: name for layer, (name, _) in named.items()}


def _meant(holding: Holding, roles: Mapping[str, str]) -> frozenset[tuple[str, str]]:
    """Return the rights on a schema, a relation or tables to come that the table of layers gives."""
    readers = {role: layer for layer, role in roles.items() if layer != holding.schema}
    if holding.kind == "relation":
        return frozenset(
            (role, "SELECT")
            for role, layer in readers.items()
            if may_read(layer, holding.schema, holding.name)
        )
    if holding.kind == "schema":
        return frozenset(
            (role, "USAGE")
            for role, layer in readers.items()
            if any(source.partition(".")[0] == holding.schema for source in READS[layer])
        )
    if holding.kind == "default" and holding.owner == roles.get(holding.schema):
        return frozenset(
            (role, "SELECT") for role, layer in readers.items() if holding.schema in READS[layer]
        )
    return frozenset()


def _mending(holdings: list[Holding], roles: Mapping[str, str]) -> Iterator[sql.Composed]:
    """Yield the statements that give every schema and relation its owner, and our roles what is meant.

    Rights of others are left as they are.
    """
    ours = set(roles.values())
    with_defaults = set()
    for holding in holdings:
        owner = roles.get(holding.schema)
        if holding.kind == "default":
            with_defaults.add((holding.schema, holding.owner))
        elif owner and holding.owner != owner:
            kind = sql.SQL("schema" if holding.kind == "schema" else "table")
            yield sql.SQL("alter {} {} owner to {}").format(kind, _identifier(holding), sql.Identifier(owner))
        meant = _meant(holding, roles)
        # What belonged to a reader's role, and was granted to it, is its no more.
        for verb, pairs in (("grant", meant - holding.grants), ("revoke", holding.grants - meant)):
            for grantee, right in sorted(pairs):
                if grantee in ours and grantee != owner:
                    yield _change(verb, right, holding, grantee)
    for schema, owner in roles.items():
        if (schema, owner) not in with_defaults:
            holding = Holding("default", schema, "", owner, frozenset())
            for grantee, right in sorted(_meant(holding, roles)):
                yield _change("grant", right, holding, grantee)


def _change(verb: str, right: str, holding: Holding, grantee: str) -> sql.Composed:
    towards = sql.SQL("to" if verb == "grant" else "from")
    names = {
        "verb": sql.SQL(verb), "right": sql.SQL(right), "grantee": sql.Identifier(grantee),
        "towards": towards, "schema": sql.Identifier(holding.schema), "owner": sql.Identifier(holding.owner),
        "place": _identifier(holding),
    }  # fmt: skip
    if holding.kind == "default":
        text = (
            "alter default privileges for role {owner} in schema {schema}"
            " {verb} {right} on tables {towards} {grantee}"
        )
    elif holding.kind == "schema":
        text = "{verb} {right} on schema {schema} {towards} {grantee}"
    else:
        text = "{verb} {right} on {place} {towards} {grantee}"
    return sql.SQL(text).format(**names)


def _identifier(holding: Holding) -> sql.Identifier:
    if holding.kind == "schema":
        return sql.Identifier(holding.schema)
    return sql.Identifier(holding.schema, holding.name)
