"""What the portal's roles may do, by name, and what the catalogue says they may.

The one place where a right of theirs is given: whatever stands in none of these tables is taken back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import psycopg

PORTAL, ACTS, SIGNIN, OWNER = "portal", "acts", "signin", "owner"
KEYS = (PORTAL, ACTS, SIGNIN, OWNER)
PUBLIC = "public"
SCHEMA = "portal"

# Schemas whose objects a role may name.
USES: Mapping[str, tuple[str, ...]] = {
    PORTAL: ("portal", "published", "ops"),
    ACTS: ("portal",),
    SIGNIN: ("portal",),
    OWNER: ("ops", "site", "published"),
}
# Role -> relation -> rights on the whole of it. ``schema.*`` is every relation of a schema.
ON_RELATIONS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    PORTAL: {"published.*": ("SELECT",)},
    ACTS: {},
    SIGNIN: {},
    OWNER: {
        "site.divisions": ("SELECT",),
        "site.versions": ("SELECT",),
        "ops.publications": ("SELECT",),
        "ops.runs": ("SELECT",),
    },
}
# Role -> relation -> right -> columns: what a role may reach of a table that holds more.
ON_COLUMNS: Mapping[str, Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    PORTAL: {},
    ACTS: {},
    SIGNIN: {},
}
# Functions of the schema ``portal`` by name, whatever their arguments. What policies ask, every role may ask.
ASKED_BY_POLICIES = ("is_pipeline", "scope", "may", "city")
EXECUTES: Mapping[str, tuple[str, ...]] = {
    PORTAL: (*ASKED_BY_POLICIES, "visitor", "grants_of_visitor", "masked", "publication_asked"),
    ACTS: (*ASKED_BY_POLICIES, "visitor", "grants_of_visitor"),
    SIGNIN: (
        "attempt_begun",
        "failures_forgotten",
        "credentials",
        "user_of_subject",
        "session_started",
        "session_touched",
        "session_ended",
        "own_sessions",
        "own_session_ended",
        "language_chosen",
        "password_changed",
    ),
    PUBLIC: ASKED_BY_POLICIES,
}


@dataclass(frozen=True)
class Right:
    """One right of one role: ``kind`` is schema, relation, column or function.

    ``name`` is empty for a schema, ``table.column`` for a column, ``name(arguments)`` for a function;
    ``right`` is in capitals as the server writes it.
    """

    kind: str
    schema: str
    name: str
    grantee: str
    right: str

    @property
    def place(self) -> str:
        """Return what the right is on, for people."""
        return f"{self.schema}.{self.name}" if self.name else f"the schema {self.schema}"


def held(connection: psycopg.Connection, grantees: Iterable[str]) -> set[Right]:
    """Return every right that the roles named hold themselves, and PUBLIC on functions of the portal."""
    rows = connection.execute(_HELD, {"grantees": list(grantees), "schema": SCHEMA})
    return {Right(*row) for row in rows.fetchall()}


def meant(connection: psycopg.Connection, names: Mapping[str, str]) -> set[Right]:
    """Return the rights the tables above give on what there is; ``names`` are key -> role of this server."""
    there: dict[str, list[tuple[str, str, list[str]]]] = {"relation": [], "function": [], "schema": []}
    for kind, schema, name, columns in connection.execute(_THERE).fetchall():
        there[kind].append((schema, name, columns))
    rights = set()
    for key in KEYS:
        role = names[key]
        schemas = {schema for schema, _, _ in there["schema"]} & set(USES[key])
        rights |= {Right("schema", schema, "", role, "USAGE") for schema in schemas}
        for schema, name, columns in there["relation"]:
            whole = ON_RELATIONS[key].get(f"{schema}.{name}") or ON_RELATIONS[key].get(f"{schema}.*", ())
            rights |= {Right("relation", schema, name, role, right) for right in whole}
            for right, chosen in ON_COLUMNS.get(key, {}).get(f"{schema}.{name}", {}).items():
                present = [column for column in chosen if column in columns]
                rights |= {Right("column", schema, f"{name}.{column}", role, right) for column in present}
    grantees = {**{key: names[key] for key in KEYS}, PUBLIC: PUBLIC}
    for key, functions in EXECUTES.items():
        rights |= {
            Right("function", schema, name, grantees[key], "EXECUTE")
            for schema, name, _ in there["function"]
            if name.partition("(")[0] in functions
        }
    return rights


def is_of_owner(right: Right, names: Mapping[str, str]) -> bool:
    """Whether a right is one the owner of the schema ``portal`` has anyway."""
    return right.schema == SCHEMA and right.grantee == names[OWNER]


# Catalogue tables alone, so that a right is seen as it is stored; an owner's own rights are none.
_HELD = """
    with granted as (
        select 'schema' as kind, n.nspname::text as schema, '' as name, n.nspowner as owner, n.nspacl as acl
        from pg_namespace as n
        union all
        select 'relation', n.nspname::text, c.relname::text, c.relowner, c.relacl
        from pg_class as c inner join pg_namespace as n on n.oid = c.relnamespace
        where c.relkind in ('r', 'v', 'm', 'p', 'f')
        union all
        select 'column', n.nspname::text, concat(c.relname, '.', t.attname), c.relowner, t.attacl
        from pg_attribute as t
        inner join pg_class as c on c.oid = t.attrelid
        inner join pg_namespace as n on n.oid = c.relnamespace
        where t.attacl is not null and not t.attisdropped
        union all
        select
            'function', n.nspname::text,
            concat(p.proname, '(', oidvectortypes(p.proargtypes), ')'), p.proowner,
            coalesce(p.proacl, acldefault('f', p.proowner))
        from pg_proc as p inner join pg_namespace as n on n.oid = p.pronamespace
        where n.nspname = %(schema)s
    )
    select
        g.kind, g.schema, g.name,
        case a.grantee when 0 then 'public' else pg_get_userbyid(a.grantee)::text end, a.privilege_type
    from granted as g cross join lateral aclexplode(g.acl) as a
    where a.grantee <> g.owner
        and (
            a.grantee in (select oid from pg_roles where rolname = any(%(grantees)s))
            or a.grantee = 0 and g.schema = %(schema)s
        )
"""
_THERE = """
    select 'schema', nspname::text, '', '{}'::text[]
    from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'
    union all
    select
        'relation', n.nspname::text, c.relname::text,
        array(select t.attname::text from pg_attribute as t where t.attrelid = c.oid and t.attnum > 0
            and not t.attisdropped)
    from pg_class as c inner join pg_namespace as n on n.oid = c.relnamespace
    where c.relkind in ('r', 'v', 'm', 'p', 'f') and n.nspname in ('portal', 'published', 'ops', 'site')
    union all
    select
        'function', n.nspname::text, concat(p.proname, '(', oidvectortypes(p.proargtypes), ')'),
        '{}'::text[]
    from pg_proc as p inner join pg_namespace as n on n.oid = p.pronamespace
    where n.nspname = 'portal'
"""
