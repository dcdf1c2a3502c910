"""What the catalogue says of the warehouse's schemas: who owns each relation, who may do what to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import psycopg

PUBLIC = "public"


@dataclass(frozen=True)
class Holding:
    """A schema, a relation or a default of one: its owner, and the rights of everybody else.

    ``kind`` is schema, relation, column or default (what a role that creates tables there grants with them);
    ``grants`` are pairs of grantee and right, in capitals as the server writes it.
    """

    kind: str
    schema: str
    name: str
    owner: str
    grants: frozenset[tuple[str, str]]

    @property
    def place(self) -> str:
        """Return the name of it, for people."""
        if self.kind == "default":
            return f"what {self.owner} creates in {self.schema}"
        return self.schema if self.kind == "schema" else f"{self.schema}.{self.name}"


def survey(connection: psycopg.Connection, schemas: Iterable[str], *, columns: bool = False) -> list[Holding]:
    """Return every schema, relation and default of the schemas; with ``columns``, rights on columns too.

    Sequences and indexes follow their tables.
    """
    query = f"{_SCHEMAS} union all {_RELATIONS} union all {_DEFAULTS}"
    if columns:
        query = f"{query} union all {_COLUMNS}"
    rows = connection.execute(query, {"schemas": list(schemas)})
    return [
        Holding(kind, schema, name, owner, frozenset(_pair(text, owner) for text in granted))
        for kind, schema, name, owner, granted in rows.fetchall()
    ]


def _pair(text: str, owner: str) -> tuple[str, str]:
    right, _, grantee = text.partition(" ")
    return grantee or owner, right


def _granted(acl: str, owner: str) -> str:
    """Return the SQL of the rights of an access list but for the owner's own: ``RIGHT grantee``."""
    return f"""array(
        select concat_ws(' ', a.privilege_type,
            case a.grantee when 0 then '{PUBLIC}' else pg_get_userbyid(a.grantee) end)
        from aclexplode({acl}) as a where a.grantee <> {owner}
    )"""


_SCHEMAS = f"""
    select 'schema', n.nspname::text, '', pg_get_userbyid(n.nspowner)::text,
        {_granted("n.nspacl", "n.nspowner")}
    from pg_namespace as n where n.nspname = any(%(schemas)s)
"""
_RELATIONS = f"""
    select 'relation', n.nspname::text, c.relname::text, pg_get_userbyid(c.relowner)::text,
        {_granted("c.relacl", "c.relowner")}
    from pg_class as c inner join pg_namespace as n on n.oid = c.relnamespace
    where n.nspname = any(%(schemas)s) and c.relkind in ('r', 'v', 'm', 'p', 'f')
"""
_COLUMNS = f"""
    select 'column', n.nspname::text, concat(c.relname, '.', t.attname), pg_get_userbyid(c.relowner)::text,
        {_granted("t.attacl", "c.relowner")}
    from pg_attribute as t
    inner join pg_class as c on c.oid = t.attrelid
    inner join pg_namespace as n on n.oid = c.relnamespace
    where n.nspname = any(%(schemas)s) and t.attacl is not null and not t.attisdropped
"""
_DEFAULTS = f"""
    select 'default', n.nspname::text, '', pg_get_userbyid(d.defaclrole)::text,
        {_granted("d.defaclacl", "d.defaclrole")}
    from pg_default_acl as d inner join pg_namespace as n on n.oid = d.defaclnamespace
    where n.nspname = any(%(schemas)s) and d.defaclobjtype = 'r'
"""
