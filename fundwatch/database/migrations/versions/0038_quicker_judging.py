"""Judge a session by functions whose plans are kept, and ask about drafts only for rows not shown already."""

from alembic import op

revision = "0038_quicker_judging"
down_revision = "0037_users"

FUNCTIONS = """
create or replace function portal.visitor() returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    return (
        select u.name
        from portal.sessions as s
        inner join portal.users as u on u.name = s.user_name
        where s.secret_sha256 = portal.session_key()
            and s.ended_at is null
            and statement_timestamp() < s.idle_until
            and statement_timestamp() < s.ends_at
            and not u.is_disabled
            and not u.must_change_password
    );
end $$;

create or replace function portal.session_key() returns bytea
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
    secret text := current_setting('fundwatch.session', true);
begin
    return case when secret ~ '^[0-9a-f]{64}$' then sha256(decode(secret, 'hex')) end;
end $$;

create or replace function portal.site_version() returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    return coalesce(
        (
            select r.site_version from ops.runs as r inner join site.versions as v using (site_version)
            order by r.run_id desc limit 1
        ),
        (select v.site_version from site.versions as v order by v.loaded_at desc, v.site_version limit 1)
    );
end $$;

create or replace function portal.division_tree(
    out division text, out parent text, out level text, out is_present boolean
) returns setof record
language plpgsql stable security definer rows 30 set search_path = pg_catalog, pg_temp as $$
declare
    latest text := portal.site_version();
begin
    return query
        select distinct on (d.division)
            d.division, d.parent, d.level, d._site_version is not distinct from latest
        from site.divisions as d
        inner join site.versions as v on v.site_version = d._site_version
        where d.division is not null
        order by
            d.division, d._site_version is not distinct from latest desc, v.loaded_at desc, d._site_version,
            d._row;
end $$;

create or replace function portal.known_divisions() returns text[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    return array(select distinct d.division from site.divisions as d where d.division is not null);
end $$;

create or replace function portal.reads_publications() returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    return exists (
        select from portal.grants as g where g.user_name = portal.visitor() and g.role <> 'admin'
    ) or portal.is_pipeline_session();
end $$;

create or replace function portal.reads(relation text) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    visiting text := portal.visitor();
    latest text;
begin
    if visiting is null or not exists (
        select from portal.grants as g
        inner join portal.readers as r on r.role = g.role and r.relation = reads.relation
        where g.user_name = visiting
    ) then
        return false;
    end if;
    latest := portal.site_version();
    return exists (
        select from portal.grants as g
        inner join portal.readers as r on r.role = g.role and r.relation = reads.relation
        inner join site.divisions as d on d._site_version = latest and d.division = g.division
        where g.user_name = visiting and (not r.city_up or d.level in ('city', 'province'))
    );
end $$;

create or replace function portal.current_numbers() returns integer[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    if portal.reads_publications() then
        return array(select p.number from ops.publications as p where p.is_current);
    end if;
    return '{}';
end $$;

create function portal.draft_numbers_of(relation text) returns integer[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    if portal.reads('draft_' || relation) then
        return array(select p.number from ops.publications as p where p.state <> 'approved');
    end if;
    return '{}';
end $$;

create or replace function portal.divisions_of(relation text) returns text[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    visiting text := portal.visitor();
begin
    if visiting is null or not exists (
        select from portal.grants as g
        inner join portal.readers as r on r.role = g.role and r.relation = divisions_of.relation
        where g.user_name = visiting
    ) then
        return '{}';
    end if;
    return array(
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
        select c.division from covering as c
    );
end $$;
"""

# Table behind ``published`` -> the relation of ``portal.readers`` its rows are.
WITH_DIVISION = {
    "cells": "figures", "scorecard": "scorecard", "rules": "rule_results", "failures": "failures",
    "issues": "issues", "divisions": "division_names",
}  # fmt: skip
MAYBE_WITHOUT = {"reconciliation": "reconciliation", "case_counts": "case_counts"}
WITHOUT_DIVISION = {"declarations": "declarations"}

CURRENT = "number = any((select portal.current_numbers())::integer[])"
DRAFT = "number = any((select portal.draft_numbers_of('{relation}'))::integer[])"
COVERED = "division = any((select portal.divisions_of('{relation}'))::text[])"
COVERED_OR_CITY = (
    f"({COVERED} or (select portal.may('{{relation}}', null)) and (division is null"
    " or division <> all((select portal.known_divisions())::text[])))"
)
OF_CITY = "(select portal.may('{relation}', null))"


def upgrade() -> None:
    """The rows that each session sees stay the same."""
    op.execute(FUNCTIONS)
    for parts, covered in (
        (WITH_DIVISION, COVERED), (MAYBE_WITHOUT, COVERED_OR_CITY), (WITHOUT_DIVISION, OF_CITY)
    ):  # fmt: skip
        for part, relation in parts.items():
            now, later = covered.format(relation=relation), covered.format(relation=f"draft_{relation}")
            drafts = DRAFT.format(relation=relation)
            op.execute(
                f"alter policy readers on ops.publication_{part}"
                f" using ({CURRENT} and {now} or {drafts} and {later})"
            )
    op.execute("drop function portal.numbers_of(text)")
    # The server asks policies from the last name to the first: the cheapest that lets all pass comes first.
    op.execute("alter policy definers on ops.publications rename to whole_for_definers")
    op.execute("revoke all on all functions in schema portal from public")
