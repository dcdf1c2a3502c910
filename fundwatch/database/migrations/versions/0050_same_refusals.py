"""Refuse what is out of scope by the statements that refuse what does not exist; judge acts by kept plans."""

from alembic import op

revision = "0050_same_refusals"
down_revision = "0049_whole_city"

# Policies are asked once a row is reached, so reaching a hidden one would take longer than finding none. Here
# all that judges is asked first, whatever is found.
SHOWN = """
create function ops.rows_of_object(kind text, id text, out number integer, out division text)
returns setof record
language plpgsql stable security definer rows 12 set search_path = pg_catalog, pg_temp as $$
begin
    return query
        with seen as materialized (
            select p.number from ops.publications as p where p.is_current or p.state <> 'approved'
        )
        select c.number, c.division
        from seen inner join ops.publication_cases as c on c.number = seen.number
        where rows_of_object.kind = 'cases' and c.case_id = id
        union all
        select i.number, i.division
        from seen inner join ops.publication_issues as i on i.number = seen.number
        where rows_of_object.kind = 'issues' and i.issue_id = id
        union all
        select seen.number, u.division
        from seen
        cross join lateral (
            (
                select b.division from ops.publication_base_units as b
                where b.number = seen.number and b.unit_id = id limit 1
            )
            union
            (
                select b.division from ops.publication_base_exceptions as b
                where b.number = seen.number and b.unit_id = id limit 1
            )
        ) as u
        where rows_of_object.kind = 'bases';
end $$;

create function portal.is_shown(about text) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    kind text := split_part(about, '/', 1);
    id text := substr(about, length(kind) + 2);
    numbers integer[] := portal.current_numbers();
    divisions text[] := portal.divisions_of(kind);
    drafts integer[] := portal.draft_numbers_of(kind);
    divisions_of_drafts text[] := portal.divisions_of('draft_' || kind);
    known text[] := portal.known_divisions();
    city text := portal.city();
begin
    return exists (
        select from ops.rows_of_object(kind, id) as o
        cross join lateral (
            select case when o.division = any(known) then o.division else city end as division
        ) as whose
        where o.number = any(numbers) and whose.division = any(divisions)
            or o.number = any(drafts) and whose.division = any(divisions_of_drafts)
    );
end $$;

create or replace function portal.require_shown(about text) returns void
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform portal.acting();
    if not portal.is_shown(about) then
        raise exception 'there is no such thing' using errcode = 'FW404', hint = 'Take the id from a list';
    end if;
end $$;
"""

# As they were; PL/pgSQL keeps the plans of the first, and who is granted the very division needs no tree.
JUDGED = """
create or replace function portal.grants_of_visitor(out role text, out division text, out level text)
returns setof record
language plpgsql stable security definer rows 5 set search_path = pg_catalog, pg_temp as $$
declare
    visiting text := portal.visitor();
    latest text := portal.site_version();
begin
    return query
        select
            g.role, g.division,
            (
                select d.level from site.divisions as d
                where d._site_version = latest and d.division = g.division
                order by d._row limit 1
            )
        from portal.grants as g
        where g.user_name = visiting
        order by g.role, g.division collate "C";
end $$;

create or replace function portal.holds(role text, division text, city_up boolean) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    granted text[] := array(
        select g.division from portal.grants_of_visitor() as g
        where g.role = holds.role and g.level is not null
            and (not holds.city_up or g.level in ('city', 'province'))
    );
begin
    if granted = '{}' then
        return false;
    end if;
    if holds.division = any(granted) then
        return true;
    end if;
    return (
        with recursive tree as materialized (select t.division, t.parent from portal.division_tree() as t),
        covered as (
            select unnest(granted) as division
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
"""


def upgrade() -> None:
    """Each session is shown, and may do, what it was."""
    op.execute(SHOWN)
    op.execute(JUDGED)
    op.execute("revoke all on all functions in schema portal, ops from public")
