"""Find the rows a session may see by indexes and by looking divisions up, not by comparing one by one."""

from alembic import op

revision = "0045_covered_rows"
down_revision = "0044_drafts_apart"

# A county's rows in the order of a list.
INDEXES = """
create index publication_issues_of_division on ops.publication_issues (number, division, place);
create index publication_cases_of_division on ops.publication_cases (number, division, place);
create index publication_reconciliation_of_division
    on ops.publication_reconciliation (number, division, place);
"""

FUNCTIONS = """
create or replace function portal.visitor() returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    -- Else each session of a short table would be compared with a key computed anew.
    key bytea := portal.session_key();
begin
    return (
        select u.name
        from portal.sessions as s
        inner join portal.users as u on u.name = s.user_name
        where s.secret_sha256 = key
            and s.ended_at is null
            and statement_timestamp() < s.idle_until
            and statement_timestamp() < s.ends_at
            and not u.is_disabled
            and not u.must_change_password
    );
end $$;

create or replace function portal.divisions_of(relation text) returns text[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    visiting text := portal.visitor();
    latest text;
    granted text[];
begin
    if visiting is null or not exists (
        select from portal.grants as g
        inner join portal.readers as r on r.role = g.role and r.relation = divisions_of.relation
        where g.user_name = visiting
    ) then
        return '{}';
    end if;
    latest := portal.site_version();
    granted := array(
        select distinct g.division
        from portal.grants as g
        inner join portal.readers as r on r.role = g.role and r.relation = divisions_of.relation
        inner join site.divisions as d on d._site_version = latest and d.division = g.division
        where g.user_name = visiting and (not r.city_up or d.level in ('city', 'province'))
    );
    if not exists (select from site.divisions as d where d.parent = any(granted)) then
        return granted;
    end if;
    return array(
        with recursive tree as materialized (
            select t.division, t.parent from portal.division_tree() as t
        ),
        covering (division) as (
            select unnest(granted)
            union
            select tree.division from tree inner join covering on covering.division = tree.parent
        )
        select c.division from covering as c
    );
end $$;

-- The newest first: most rows that are read are its.
create or replace function portal.current_numbers() returns integer[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    if portal.reads_publications() then
        return array(
            select p.number from ops.publications as p where p.is_current order by p.month desc
        );
    end if;
    return '{}';
end $$;
"""

# As they were, but for their language: PL/pgSQL keeps its plans as long as a session of the server.
PLANNED_ONCE = """
create or replace function portal.city() returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    return (
        select t.division from portal.division_tree() as t
        where t.is_present
        order by t.level is not distinct from 'city' desc,
            not exists (
                select from portal.division_tree() as p where p.is_present and p.division = t.parent
            ) desc,
            t.division collate "C"
        limit 1
    );
end $$;

create or replace function portal.holds(role text, division text, city_up boolean) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    return (
        with recursive tree as materialized (select t.division, t.parent from portal.division_tree() as t),
        covered as (
            select g.division from portal.grants_of_visitor() as g
            where g.role = holds.role and g.level is not null
                and (not holds.city_up or g.level in ('city', 'province'))
            union
            select tree.division from tree inner join covered on covered.division = tree.parent
        )
        select exists (
            select from covered
            where covered.division = coalesce(
                (select tree.division from tree where tree.division = holds.division), portal.city()
            )
        )
    );
end $$;

create or replace function ops.published_case(
    about_case text, out division text, out rows integer
) returns setof record
language plpgsql stable security definer rows 1 set search_path = pg_catalog, pg_temp as $$
begin
    return query
        select
            c.division,
            greatest(1, cast(
                (select count(*) from ops.publication_case_persons as p
                    where (p.number, p.case_id) = (c.number, c.case_id))
                + (select count(*) from ops.publication_case_evidence as e
                    where (e.number, e.case_id) = (c.number, c.case_id))
                as integer
            ))
        from ops.publication_cases as c
        inner join ops.publications as held on held.number = c.number and held.is_current
        where c.case_id = about_case
        order by held.month desc
        limit 1;
end $$;
"""

# Table behind ``published`` -> the relation of ``portal.readers`` its rows are.
WITH_DIVISION = {
    "cells": "figures", "scorecard": "scorecard", "rules": "rule_results", "failures": "failures",
    "issues": "issues", "divisions": "division_names",
}  # fmt: skip
MAYBE_WITHOUT = {"reconciliation": "reconciliation", "case_counts": "case_counts"}
NEVER_AS_DRAFT = {"cases": "cases", "case_evidence": "case_evidence", "case_persons": "case_persons"}
WITHOUT_DIVISION = {"declarations": "declarations"}

# Each is asked of every row: the newest is compared alone before all are gone through, and the divisions are
# hashed. An array would be compared with one by one.
CURRENT = (
    "(number = (select (portal.current_numbers())[1])"
    " or number = any((select portal.current_numbers())::integer[]))"
)
DRAFT = "number = any((select portal.draft_numbers_of('{relation}'))::integer[])"
COVERED = "division in (select unnest(portal.divisions_of('{relation}')))"
COVERED_OR_CITY = (
    f"({COVERED} or (select portal.may('{{relation}}', null)) and (division is null"
    " or division <> all((select portal.known_divisions())::text[])))"
)
OF_CITY = "(select portal.may('{relation}', null))"


def upgrade() -> None:
    """The rows that each session sees stay the same."""
    op.execute(INDEXES)
    op.execute(FUNCTIONS)
    op.execute(PLANNED_ONCE)
    for parts, covered, is_also_draft in (
        (WITH_DIVISION, COVERED, True),
        (MAYBE_WITHOUT, COVERED_OR_CITY, True),
        (NEVER_AS_DRAFT, COVERED_OR_CITY, False),
        (WITHOUT_DIVISION, OF_CITY, True),
    ):
        for part, relation in parts.items():
            rule = f"{CURRENT} and {covered.format(relation=relation)}"
            if is_also_draft:
                later = covered.format(relation=f"draft_{relation}")
                rule += f" or {DRAFT.format(relation=relation)} and {later}"
            op.execute(f"alter policy readers on ops.publication_{part} using ({rule})")
    op.execute("revoke all on all functions in schema portal, ops from public")
