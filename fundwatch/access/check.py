"""Whether the database still keeps apart what it should: the one check of its catalogue.

Asked by the portal at its start and when it says that it is ready, and by ``approve`` before it publishes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Set
from typing import Any

import psycopg
from psycopg.rows import tuple_row

from fundwatch.access import rights
from fundwatch.access.policies import POLICIES, SOURCES, Policy, readers
from fundwatch.access.rights import KEYS, OWNER
from fundwatch.access.roles import PLAIN, named_roles

# Older servers show statistics of rows that row security hides.
OLDEST_SERVERS = {15: 150014, 16: 160010, 17: 170006}
_SEARCH_PATH = "search_path=pg_catalog, pg_temp"


def faults(connection: psycopg.Connection[Any], *, roles_required: bool = True) -> list[str]:
    """Name, one line each, what in the catalogue lets somebody see more than a session's grants cover.

    Without ``roles_required`` a server on which the portal's roles were never made is none: then nobody reads
    through them, and what concerns roles is not looked at.
    Again:  the same; nothing is changed, and the caller's transaction goes on.
    """
    made, connection.row_factory = connection.row_factory, tuple_row
    try:
        return _faults(connection, roles_required=roles_required)
    finally:
        connection.row_factory = made


def _faults(connection: psycopg.Connection[Any], *, roles_required: bool) -> list[str]:
    named = _named(connection)
    missing = [name for name, exists in named.values() if not exists]
    faults = [*_policies(connection), *_views(connection), *_readers(connection)]
    if missing and roles_required:
        faults += [f"the role {name} is missing" for name in missing]
    if not missing:
        names = {key: name for key, (name, _) in named.items()}
        faults += [
            *_server(connection), *_roles(connection, names), *_rights(connection, names),
            *_functions(connection, names),
        ]  # fmt: skip
    return faults


def _named(connection: psycopg.Connection) -> dict[str, tuple[str, bool]]:
    """Return key -> role and whether there is one, for the pipeline and for the portal's own roles."""
    named = named_roles(connection)
    if all(exists for _, exists in named.values()):
        return named
    ((owner,),) = _rows(connection, _SCHEMA_OWNER)
    if not owner.startswith(PLAIN[OWNER]):
        return named
    suffix = owner.removeprefix(PLAIN[OWNER])
    present = {name for (name,) in _rows(connection, _PRESENT)}
    return {key: (plain + suffix, plain + suffix in present) for key, plain in PLAIN.items()}


def _server(connection: psycopg.Connection) -> Iterator[str]:
    version = connection.info.server_version
    if version < OLDEST_SERVERS.get(version // 10000, 0):
        text = f"{version // 10000}.{version % 10000}"
        oldest = OLDEST_SERVERS[version // 10000] % 10000
        yield f"the server is PostgreSQL {text}: row security holds from {version // 10000}.{oldest} on"


def _rows(connection: psycopg.Connection, query: str, **values: object) -> list[Any]:
    return connection.execute(query, values).fetchall()


def _policies(connection: psycopg.Connection) -> Iterator[str]:
    """Name tables behind ``published`` that row security does not judge as it should."""
    held: dict[str, set[Policy]] = {}
    for table, is_odd, *policy in _rows(connection, _POLICIES):
        if is_odd:
            yield f"ops.{table}: the policy {policy[0]} is not one for everybody that permits"
        held.setdefault(table, set()).add(Policy(*policy))
    tables = {name: (enabled, forced) for name, enabled, forced in _rows(connection, _TABLES)}
    for table in sorted(POLICIES.keys() | tables.keys()):
        if table not in tables:
            yield f"the table {table} behind published is gone"
            continue
        if table not in POLICIES:
            yield f"{table} stands behind published, and no policy is known of it"
            continue
        for is_on, what in zip(tables[table], ("enabled", "forced"), strict=True):
            if not is_on:
                yield f"ops.{table}: row security is not {what}"
        yield from _differing(table, POLICIES[table], held.get(table, set()))


def _differing(table: str, wanted: Set[Policy], present: Set[Policy]) -> Iterator[str]:
    for name in sorted({policy.name for policy in wanted ^ present}):
        if name not in {policy.name for policy in present}:
            yield f"ops.{table}: the policy {name} is gone"
        elif name not in {policy.name for policy in wanted}:
            yield f"ops.{table}: the policy {name} is one too many"
        else:
            yield f"ops.{table}: the policy {name} is another one"


def _views(connection: psycopg.Connection) -> Iterator[str]:
    for name, kind, is_invoker in _rows(connection, _VIEWS):
        if kind != "v":
            yield f"published.{name} is no view"
        elif not is_invoker:
            yield f"the view published.{name} shows what its owner sees: it is not security_invoker"


def _readers(connection: psycopg.Connection) -> Iterator[str]:
    present = frozenset(_rows(connection, "select relation, role, city_up from portal.readers"))
    for relation, role, _ in sorted(present ^ readers()):
        yield f"portal.readers: {role} reads {relation} otherwise than it should"


def _roles(connection: psycopg.Connection, names: Mapping[str, str]) -> Iterator[str]:
    """Name roles that are above row security, or own or are members of something."""
    keys = {name: key for key, name in names.items()}
    for name, signs_in, attributes in _rows(connection, _ATTRIBUTES, roles=list(keys)):
        for attribute in filter(None, attributes):
            yield f"the role {name} is {attribute}"
        if signs_in == (keys[name] == OWNER):
            yield f"the role {name} {'may' if signs_in else 'may not'} sign in"
    for name, group in _rows(connection, _MEMBERS, roles=list(keys)):
        yield f"the role {name} is a member of {group}"
    for name, owner in _rows(connection, _MEMBERS_OF_OWNER, owner=names[OWNER]):
        yield f"the role {name} is a member of {owner}, which owns what judges sessions"
    for name, what in _rows(connection, _OWNED, roles=list(keys), owner=names[OWNER]):
        yield f"the role {name} owns {what}"


def _rights(connection: psycopg.Connection, names: Mapping[str, str]) -> Iterator[str]:
    meant = {right for right in rights.meant(connection, names) if not rights.is_of_owner(right, names)}
    held = rights.held(connection, [names[key] for key in KEYS])
    for right in sorted(held - meant, key=repr):
        yield f"{right.grantee} has {right.right} on {right.place} beyond what is meant"
    for right in sorted(meant - held, key=repr):
        yield f"{right.grantee} lacks {right.right} on {right.place}"
    for right, place in _rows(connection, _PUBLIC):
        yield f"everybody has {right} on {place}"


def _functions(connection: psycopg.Connection, names: Mapping[str, str]) -> Iterator[str]:
    """Name functions that judge or act which another owner, search path or source makes another."""
    held: dict[str, str] = {}
    for schema, name, owner, is_of_schema, settings, source in _rows(connection, _FUNCTIONS):
        if schema == "portal":
            held[name] = hashlib.sha256(source.strip().encode()).hexdigest()[:16]
        if owner != names[OWNER] if schema == "portal" else not is_of_schema:
            yield f"the function {schema}.{name} belongs to {owner}"
        if settings != [_SEARCH_PATH]:
            yield f"the function {schema}.{name} has not the search path it should"
    for name, known in SOURCES.items():
        if held.get(name) != known:
            yield f"the function portal.{name} is another one"
    ((owner,),) = _rows(connection, _SCHEMA_OWNER)
    if owner != names[OWNER]:
        yield f"the schema portal belongs to {owner}"


_PRESENT = "select rolname::text from pg_roles where starts_with(rolname, 'fundwatch_')"
_POLICIES = """
    select
        c.relname::text, not p.polpermissive or p.polroles <> '{0}'::oid[], p.polname::text, p.polcmd::text,
        pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)
    from pg_policy as p inner join pg_class as c on c.oid = p.polrelid
    where c.relnamespace = 'ops'::regnamespace
"""
# What the views of the schema read, whatever it is called now, and what has policies.
_TABLES = """
    select
        case when c.relnamespace = 'ops'::regnamespace then c.relname::text else c.oid::regclass::text end,
        c.relrowsecurity, c.relforcerowsecurity
    from pg_class as c
    where c.relkind in ('r', 'p', 'm', 'f') and (
        c.relnamespace = 'ops'::regnamespace and (
            c.relname = 'publications' or starts_with(c.relname, 'publication_')
        )
        or exists (
            select from pg_depend as d
            inner join pg_rewrite as r on r.oid = d.objid and d.classid = 'pg_rewrite'::regclass
            inner join pg_class as v on v.oid = r.ev_class
            where d.refclassid = 'pg_class'::regclass and d.refobjid = c.oid
                and v.relnamespace = 'published'::regnamespace
        )
    )
"""
_VIEWS = """
    select
        c.relname::text, c.relkind::text,
        coalesce('security_invoker=true' = any(c.reloptions), false)
    from pg_class as c
    where c.relnamespace = 'published'::regnamespace and c.relkind in ('r', 'v', 'm', 'p', 'f')
"""
_ATTRIBUTES = """
    select rolname::text, rolcanlogin, array[
        case when rolsuper then 'a superuser' end, case when rolbypassrls then 'above row security' end,
        case when rolcreaterole then 'a maker of roles' end, case when rolreplication then 'a replica' end,
        case when rolcreatedb then 'a maker of databases' end
    ] from pg_roles where rolname = any(%(roles)s)
"""
_MEMBERS = """
    select pg_get_userbyid(member)::text, pg_get_userbyid(roleid)::text from pg_auth_members
    where pg_get_userbyid(member) = any(%(roles)s)
"""
# Our own user is: it migrates what the role owns.
_MEMBERS_OF_OWNER = """
    select m.rolname::text, o.rolname::text
    from pg_auth_members as a
    inner join pg_roles as m on m.oid = a.member
    inner join pg_roles as o on o.oid = a.roleid and o.rolname = %(owner)s
    where m.oid <> (select nspowner from pg_namespace where nspname = 'ops') and not m.rolsuper
"""
_OWNED = """
    select owned.role::text, owned.what from (
        select pg_get_userbyid(c.relowner) as role, c.oid::regclass::text as what, c.relnamespace as place
        from pg_class as c where c.relkind in ('r', 'v', 'm', 'p', 'f', 'S')
        union all
        select pg_get_userbyid(p.proowner), p.oid::regprocedure::text, p.pronamespace from pg_proc as p
        union all
        select pg_get_userbyid(n.nspowner), 'the schema ' || n.nspname, n.oid from pg_namespace as n
        union all
        select pg_get_userbyid(d.datdba), 'the database ' || d.datname, 0 from pg_database as d
    ) as owned
    where owned.role = any(%(roles)s)
        and (owned.role <> %(owner)s or owned.place <> 'portal'::regnamespace)
"""
_PUBLIC = """
    select distinct a.privilege_type, c.oid::regclass::text
    from pg_class as c
    inner join pg_namespace as n on n.oid = c.relnamespace
    cross join lateral (
        select acl.privilege_type from aclexplode(c.relacl) as acl where acl.grantee = 0
        union all
        select acl.privilege_type from pg_attribute as t cross join lateral aclexplode(t.attacl) as acl
        where t.attrelid = c.oid and acl.grantee = 0
    ) as a
    where n.nspname in (
            'ops', 'published', 'portal', 'site', 'landing', 'quarantine', 'quality', 'crosschecks'
        )
        and c.relkind in ('r', 'v', 'm', 'p', 'f')
"""
# Those of ``ops`` that run with the rights of the pipeline do what those of ``portal`` judged.
_FUNCTIONS = """
    select
        n.nspname::text, p.proname::text, pg_get_userbyid(p.proowner)::text, p.proowner = n.nspowner,
        coalesce(p.proconfig, '{}'), p.prosrc
    from pg_proc as p
    inner join pg_namespace as n on n.oid = p.pronamespace
    where n.nspname = 'portal' or n.nspname = 'ops' and p.prosecdef
"""
_SCHEMA_OWNER = "select pg_get_userbyid(nspowner)::text from pg_namespace where nspname = 'portal'"
