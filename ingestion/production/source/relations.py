"""What of the source may be selected from: tables of every kind, views of every kind, synonyms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from ingestion.production.source.dialects import POSITIONS

# Of the schemas the user sees first; the second and further of one name are hidden from it.
_POSTGRESQL = """
select c.relname, c.relkind in ('r', 'm')
from pg_catalog.pg_class as c
inner join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'v', 'm', 'f') and pg_catalog.pg_table_is_visible(c.oid)
    and n.nspname not in ('pg_catalog', 'information_schema')
order by c.relname
"""
# A synonym of one's own hides a public one of its name.
_ORACLE = """
select synonym_name, table_owner, table_name, db_link
from all_synonyms
where owner in (sys_context('userenv', 'current_schema'), 'PUBLIC')
    and upper(synonym_name) in ({names})
order by synonym_name, case when owner = 'PUBLIC' then 1 else 0 end
"""


@dataclass(frozen=True)
class Relation:
    """Something to select from by ``name``; ``is_stored`` says that its rows have a place of their own.

    ``behind`` is how its columns are looked up: for a synonym, the relation it stands for.
    """

    name: str
    is_stored: bool = False
    behind: dict[str, Any] = field(default_factory=dict)

    def columns(self, inspector: sa.Inspector) -> dict[str, sa.types.TypeEngine]:
        """Return the type of each column; of a PostgreSQL domain, the type it is made from."""
        looked_up = {"table_name": self.name, **self.behind}
        return {
            column["name"]: getattr(column["type"], "data_type", column["type"])
            for column in inspector.get_columns(**looked_up)
        }

    def position(self, dialect: str) -> str | None:
        """Return what orders its rows as they are stored."""
        return POSITIONS.get(dialect) if self.is_stored else None


def relations(
    connection: sa.Connection, inspector: sa.Inspector, *, wanted: frozenset[str]
) -> list[Relation]:
    """Return every relation the user sees without naming a schema; synonyms only of ``wanted`` names."""
    if connection.dialect.name == "postgresql":
        rows = connection.exec_driver_sql(_POSTGRESQL)
        return [Relation(str(name), is_stored=bool(is_stored)) for name, is_stored in rows]
    stored = inspector.get_table_names()
    others = [*inspector.get_view_names(), *_materialised(inspector)]
    relations_by_name = {name: Relation(name, is_stored=True) for name in stored}
    relations_by_name |= {name: Relation(name) for name in others if name not in relations_by_name}
    if connection.dialect.name == "oracle":
        for relation in _synonyms(connection, wanted):
            relations_by_name.setdefault(relation.name, relation)
    return list(relations_by_name.values())


def _materialised(inspector: sa.Inspector) -> list[str]:
    try:
        return inspector.get_materialized_view_names()
    except NotImplementedError:
        return []


def _synonyms(connection: sa.Connection, wanted: frozenset[str]) -> Iterator[Relation]:
    """Yield Oracle's synonyms, those of one's own before the public ones."""
    dialect = connection.dialect
    names = ", ".join(f"'{name}'" for name in sorted(wanted))
    for row in connection.exec_driver_sql(_ORACLE.format(names=names)):
        name, owner, table = (part and dialect.normalize_name(str(part)) for part in row[:3])
        link = {"dblink": row[3]} if row[3] else {}
        yield Relation(name, behind={"table_name": table, "schema": owner, **link})
