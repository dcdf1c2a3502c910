"""Rights of the portal's roles on every relation of the warehouse, written out: others they lack."""

from __future__ import annotations

import pytest

from fundwatch.database import roles
from fundwatch.database.warehouse import Warehouse

RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
HELD = """
    select concat(n.nspname, '.', c.relname), held
    from pg_class as c
    inner join pg_namespace as n on n.oid = c.relnamespace
    cross join unnest(%(rights)s::text[]) as held
    where n.nspname = any(%(schemas)s) and c.relkind in ('r', 'v', 'm', 'p', 'f') and (
        has_table_privilege(%(role)s, c.oid, held)
        or held in ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES')
            and has_any_column_privilege(%(role)s, c.oid, held)
    )
"""
COLUMNS = """
    select concat(c.relname, '.', a.attname) from pg_attribute as a
    inner join pg_class as c on c.oid = a.attrelid
    where c.relnamespace = 'ops'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
        and has_column_privilege(%(role)s, c.oid, a.attname, 'SELECT')
"""
# Parts of a publication of which the role that reads may read columns, and columns it may never read.
PARTS = {
    "publications", *(
        f"publication_{part}" for part in (
            "cells", "scorecard", "rules", "failures", "issues", "reconciliation", "cases", "case_evidence",
            "case_persons", "case_counts", "declarations", "divisions", "files", "signed_files", "signatures",
            "bases", "base_exceptions", "base_units", "base_documents",
        )
    ),
}  # fmt: skip
RAW = {
    "publication_issues.key", "publication_reconciliation.subject", "publication_reconciliation.account_no",
    "publication_reconciliation.items", "publication_cases.person_id", "publication_cases.other_person_id",
    "publication_cases.evidence", "publication_case_evidence.key", "publication_case_evidence.fields",
    "publication_case_persons.person_id", "publication_case_persons.name",
    "publication_bases.person_id", "publication_base_exceptions.person_id",
    "publication_base_exceptions.evidence", "publication_case_persons.identity_number",
    "publication_case_persons.birth_on",
}  # fmt: skip


def held(warehouse: Warehouse, key: str) -> set[tuple[str, str]]:
    values = {
        "role": warehouse.portal_roles[key], "rights": list(RIGHTS), "schemas": [*roles.SCHEMAS, "portal"],
    }  # fmt: skip
    with warehouse.connect() as connection:
        return set(connection.execute(HELD, values).fetchall())


def test_the_role_that_reads_may_read_views_and_what_they_show(warehouse: Warehouse) -> None:
    rights = held(warehouse, "portal")
    with warehouse.connect() as connection:
        views = connection.execute("select viewname from pg_views where schemaname = 'published'").fetchall()
        columns = {
            name for (name,) in connection.execute(COLUMNS, {"role": warehouse.portal_roles["portal"]})
        }
    assert len(views) > 25
    readable = {f"published.{view}" for (view,) in views} | {f"ops.{part}" for part in PARTS}
    assert rights == {(relation, "SELECT") for relation in readable | {"portal.readers"}}
    assert columns & RAW == set()
    assert {name.partition(".")[0] for name in columns} == PARTS


@pytest.mark.parametrize(("key", "readable"), [("acts", {"portal.readers"}), ("signin", set())])
def test_roles_that_act_and_sign_in_reach_functions_alone(
    warehouse: Warehouse, key: str, readable: set[str]
) -> None:
    assert held(warehouse, key) == {(relation, "SELECT") for relation in readable}


@pytest.mark.parametrize("key", ["portal", "acts", "signin", "owner"])
def test_no_role_of_the_portal_makes_anything(warehouse: Warehouse, key: str) -> None:
    query = "select nspname from pg_namespace where has_schema_privilege(%s, oid, 'create')"
    with warehouse.connect() as connection:
        made = {name for (name,) in connection.execute(query, (warehouse.portal_roles[key],))}
    assert {name for name in made if not name.startswith("pg_")} == ({"portal"} if key == "owner" else set())
