"""Row security on publications: the pipeline sees all, a session what its grants cover."""

from alembic import op

revision = "0029_row_security"
down_revision = "0028_publication_parts"

# What policies ask, each once a statement. PL/pgSQL: its plans are kept as long as a session of the server.
JUDGING = """
create function portal.divisions_of(relation text) returns text[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    visiting text := portal.visitor();
    covered text[];
begin
    if visiting is null then
        return '{}';
    end if;
    with recursive tree as materialized (
        select t.division, t.parent, t.level, t.is_present from portal.division_tree() as t
    ),
    covering (division) as (
        select g.division
        from portal.grants as g
        inner join portal.readers as r on r.role = g.role and r.relation = divisions_of.relation
        inner join tree on tree.division = g.division and tree.is_present
        where g.user_name = visiting and (not r.city_up or tree.level in ('city', 'province'))
        union
        select tree.division from tree inner join covering on covering.division = tree.parent
    )
    select coalesce(array_agg(c.division), '{}') into covered from covering as c;
    return covered;
end $$;

create or replace function portal.scope(relation text) returns setof text
language sql stable security definer rows 30 set search_path = pg_catalog, pg_temp as $$
    select unnest(portal.divisions_of(relation))
$$;

create function portal.known_divisions() returns text[]
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select coalesce(array_agg(t.division), '{}') from portal.division_tree() as t
$$;

create or replace function portal.may(relation text, division text) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    return case when may.division = any(portal.known_divisions()) then may.division else portal.city() end
        = any(portal.divisions_of(may.relation));
end $$;

create function portal.reads(relation text) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select cardinality(portal.divisions_of(relation)) > 0
$$;

create function portal.is_definer() returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
    select coalesce((
        select current_user = pg_get_userbyid(n.nspowner) from pg_namespace as n where n.nspname = 'portal'
    ), false)
$$;

-- Whoever signed in as the pipeline: within a function of another owner current_user is that owner.
create function portal.is_pipeline_session() returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
    select coalesce((
        select pg_has_role(session_user, n.nspowner, 'usage') from pg_namespace as n where n.nspname = 'ops'
    ), false)
$$;

create function portal.reads_publications() returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    return portal.is_pipeline_session() or exists (
        select from portal.grants_of_visitor() as g where g.level is not null and g.role <> 'admin'
    );
end $$;
"""

# Which publications there are is told to whoever reads any; what they hold, by the policies of their parts.
# They ask tables behind row security for that alone, and see them by the policy of their owner.
EDITIONS = """
create function portal.current_publications(
    out number integer, out month text, out approved_at timestamptz, out parts text[]
) returns setof record
language plpgsql stable security definer rows 12 set search_path = pg_catalog, pg_temp as $$
begin
    if portal.reads_publications() then
        return query
            select p.number, p.month, p.approved_at, p.parts from ops.publications as p where p.is_current;
    end if;
end $$;

create function portal.current_numbers() returns integer[]
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select coalesce(array_agg(p.number), '{}') from portal.current_publications() as p
$$;

create function portal.draft_publications(
    out number integer, out month text, out state text, out parts text[]
) returns setof record
language plpgsql stable security definer rows 5 set search_path = pg_catalog, pg_temp as $$
begin
    if portal.may('draft_figures', null) or portal.is_pipeline_session() then
        return query
            select p.number, p.month, p.state, p.parts from ops.publications as p
            where p.state <> 'approved';
    end if;
end $$;

create function portal.numbers_of(relation text) returns integer[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    if portal.reads('draft_' || relation) then
        return portal.current_numbers()
            || array(select p.number from portal.draft_publications() as p);
    end if;
    return portal.current_numbers();
end $$;
"""

# Table behind ``published`` -> the relation of ``portal.readers`` its rows are.
WITH_DIVISION = {
    "cells": "figures", "scorecard": "scorecard", "rules": "rule_results", "failures": "failures",
    "issues": "issues", "divisions": "divisions",
}  # fmt: skip
MAYBE_WITHOUT = {"reconciliation": "reconciliation", "case_counts": "case_counts"}
NEVER_AS_DRAFT = {"cases": "cases", "case_evidence": "case_evidence", "case_persons": "case_persons"}
WITHOUT_DIVISION = {"declarations": "declarations"}
OF_THE_CITY = ("files", "signed_files", "signatures")

NUMBERS = "number = any((select portal.numbers_of('{relation}'))::integer[])"
CURRENT = "number = any((select portal.current_numbers())::integer[])"
COVERED = "division = any((select portal.divisions_of('{relation}'))::text[])"
# What has no division of the site belongs to its city.
COVERED_OR_CITY = (
    f"({COVERED} or (select portal.may('{{relation}}', null)) and (division is null"
    " or division <> all((select portal.known_divisions())::text[])))"
)
AS_DRAFT = COVERED.format(relation="draft_{relation}")
AS_DRAFT_OR_CITY = COVERED_OR_CITY.format(relation="draft_{relation}")
OF_CITY = "(select portal.may('{relation}', null))"
ALSO_AS_DRAFT = f"({CURRENT} or {AS_DRAFT})"
ALSO_AS_DRAFT_OR_CITY = f"({CURRENT} or {AS_DRAFT_OR_CITY})"
ALSO_AS_DRAFT_OF_CITY = f"({CURRENT} or (select portal.may('draft_{{relation}}', null)))"
RULE_OF = (
    (WITH_DIVISION, f"{NUMBERS} and {COVERED} and {ALSO_AS_DRAFT}"),
    (MAYBE_WITHOUT, f"{NUMBERS} and {COVERED_OR_CITY} and {ALSO_AS_DRAFT_OR_CITY}"),
    (NEVER_AS_DRAFT, f"{CURRENT} and {COVERED_OR_CITY}"),
    (WITHOUT_DIVISION, f"{NUMBERS} and {OF_CITY} and {ALSO_AS_DRAFT_OF_CITY}"),
    (dict.fromkeys(OF_THE_CITY, "publication_files"), OF_CITY),
)
RULES = {part: rule.format(relation=relation) for parts, rule in RULE_OF for part, relation in parts.items()}
SECURED = ("publications", *(f"publication_{part}" for part in (*RULES, "content")))

KEPT_PRIVATE = "revoke all on all functions in schema portal from public"


def upgrade() -> None:
    """Let rows of publications be seen by the pipeline, and by readers as far as their session goes."""
    op.execute(JUDGING)
    op.execute(EDITIONS)
    op.execute(KEPT_PRIVATE)
    for table in SECURED:
        op.execute(f"alter table ops.{table} enable row level security, force row level security")
        op.execute(
            f"create policy pipeline on ops.{table} using ((select portal.is_pipeline()))"
            " with check ((select portal.is_pipeline()))"
        )
    for part, rule in RULES.items():
        op.execute(f"create policy readers on ops.publication_{part} for select using ({rule})")
    # What ranks counties is shown to every supervisor, by the one function that does.
    op.execute(
        "create policy ranking on ops.publication_scorecard for select using ("
        f"(select portal.is_definer()) and {CURRENT} and (select portal.reads('ranking'))"
        " and level in ('county', 'city'))"
    )
    op.execute(
        "create policy readers on ops.publications for select using"
        " ((select portal.may('publications', null)))"
    )
    op.execute("create policy definers on ops.publications for select using ((select portal.is_definer()))")
    signs = "(select portal.is_definer()) and (select portal.may('publications', null))"
    op.execute(f"create policy signers on ops.publications for update using ({signs}) with check ({signs})")
