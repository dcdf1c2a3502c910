"""One database role per layer: each may write its own schema and read only what it may be derived from."""

from __future__ import annotations

from contextlib import suppress

import psycopg
from psycopg import sql

from fundwatch.queries import one_row

# Schema -> schemas its role may read. This is the run-time gate of the chain production -> ledgers ->
# statistics -> reports; the same table is checked against dbt's manifest by the lineage test.
READS: dict[str, tuple[str, ...]] = {
    "staging_production": ("landing", "ops", "site", "staging_site"),
    "staging_tax": ("landing", "ops", "site", "staging_site"),
    "staging_bank": ("landing", "ops", "site", "staging_site"),
    "staging_civil_registry": ("landing", "ops", "site", "staging_site"),
    "staging_finance": ("landing", "ops", "site", "staging_site"),
    "staging_site": ("site",),
    "business_ledger": ("staging_production", "staging_site"),
    "statistical_ledger": ("business_ledger", "staging_site"),
    "reports": ("statistical_ledger", "staging_site"),
    "reconciliation": (
        "business_ledger", "staging_tax", "staging_bank", "staging_finance", "staging_site",
    ),
    "crosschecks": (
        "business_ledger", "staging_tax", "staging_bank", "staging_civil_registry", "staging_site",
    ),
}  # fmt: skip


def role_of(schema: str) -> str:
    """Return the name of the role that writes ``schema``."""
    return f"fundwatch_{schema}"


def establish(connection: psycopg.Connection) -> bool:
    """Create the roles and their rights; return False, changing nothing, where we may not create roles.

    Schemas belong to their roles, so that no other role, ours included, builds into them by accident.
    Again: rights are granted once more, to the same effect.
    """
    (may_create,) = one_row(
        connection.execute("select rolsuper or rolcreaterole from pg_roles where rolname = current_user")
    )
    if not may_create:
        return False
    for schema in READS:
        _ensure_role(connection, role_of(schema))
    for schema, read in READS.items():
        for source in read:
            _allow_reading(connection, schema=source, reader=role_of(schema))
    return True


def are_established(connection: psycopg.Connection) -> bool:
    """Return whether every role exists, owns its schema, and may be assumed by the current user."""
    query = """
        select count(*)
        from pg_roles r
        join pg_namespace n on n.nspname = substr(r.rolname, 11) and n.nspowner = r.oid
        where r.rolname = any(%s) and pg_has_role(current_user, r.oid, 'member')
    """
    (roles,) = one_row(connection.execute(query, ([role_of(schema) for schema in READS],)))
    return roles == len(READS)


def _ensure_role(connection: psycopg.Connection, role: str) -> None:
    """Create a role, grant it to us, and let it own its schema."""
    name, schema = sql.Identifier(role), sql.Identifier(role.removeprefix("fundwatch_"))
    with suppress(psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation):
        connection.execute(sql.SQL("create role {} nologin").format(name))
    connection.execute(sql.SQL("grant {} to current_user").format(name))
    connection.execute(sql.SQL("alter schema {} owner to {}").format(schema, name))


def _allow_reading(connection: psycopg.Connection, *, schema: str, reader: str) -> None:
    """Let ``reader`` read what is and what will be in ``schema``, whoever of us creates it."""
    names = {"schema": sql.Identifier(schema), "reader": sql.Identifier(reader)}
    creators: list[sql.Composable] = [sql.SQL("")]
    if schema in READS:
        creators.append(sql.SQL(" for role {}").format(sql.Identifier(role_of(schema))))
    connection.execute(sql.SQL("grant usage on schema {schema} to {reader}").format(**names))
    connection.execute(sql.SQL("grant select on all tables in schema {schema} to {reader}").format(**names))
    for creator in creators:
        connection.execute(
            sql.SQL(
                "alter default privileges{creator} in schema {schema} grant select on tables to {reader}"
            ).format(creator=creator, **names)
        )
