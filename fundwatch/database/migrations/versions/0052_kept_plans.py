"""Answer what every page asks by kept plans, and the states of all cases by one pass over each table."""

from alembic import op

revision = "0052_kept_plans"
down_revision = "0051_written_issues"

# The city and the version of the site are found once, not for each division.
ASKED = """
create or replace function portal.publication_asked(of_month text, of_number integer)
returns table (
    number integer, month text, state text, sha256 text, approved_at timestamptz, newer integer,
    site_zh text, site_en text
)
language plpgsql stable security definer rows 1 set search_path = pg_catalog, pg_temp as $$
declare
    reads_drafts boolean;
    city text;
    latest text;
begin
    if portal.visitor() is null then
        return;
    end if;
    reads_drafts := exists (
        select from portal.grants_of_visitor() as g
        where g.role in ('supervisor', 'statistician') and g.level in ('city', 'province')
    );
    city := portal.city();
    latest := portal.site_version();
    return query
        select
            p.number, p.month, p.state, p.content_sha256, p.approved_at, c.number,
            coalesce(d.name_zh, ''), coalesce(d.name_en, d.name_zh, '')
        from ops.publications as p
        left join ops.publications as c on c.month = p.month and c.is_current and c.number > p.number
        left join site.divisions as d
            on d.division = city and d._site_version is not distinct from latest
        where (of_month is null or p.month = of_month)
            and (of_number is null and p.is_current or p.number = of_number)
            and (p.state = 'approved' or reads_drafts)
        order by p.month collate "C" desc, p.number desc
        limit 1;
end $$;
"""

CASE_STATES = """
create or replace function portal.case_states(
    ids text[] default null,
    out case_id text, out division text, out month text, out state_now text, out outcome_now text,
    out last_event integer
) returns setof record
language plpgsql stable security definer rows 20000 set search_path = pg_catalog, pg_temp as $$
begin
    if to_regclass('crosschecks.cases') is null then
        return;
    end if;
    if ids is not null then
        return query
            with shown as materialized (
                select distinct on (c.case_id) c.case_id, c.division, c.state
                from ops.publication_cases as c
                where c.case_id = any(ids)
                order by c.case_id, c.number desc
            ),
            listed as (
                select distinct on (c.case_id) c.case_id, c.month, c.state, c.outcome
                from crosschecks.cases as c
                where c.case_id in (select s.case_id from shown as s)
                order by c.case_id, c.month desc
            )
            select
                shown.case_id, shown.division, listed.month,
                case when listed.month is null or last.from_month > listed.month
                    then coalesce(last.state, shown.state) else listed.state end,
                listed.outcome,
                coalesce(last.number, 0)
            from shown
            left join listed on listed.case_id = shown.case_id
            left join lateral (
                select e.number, e.state, e.from_month from ops.case_events as e
                where e.case_id = shown.case_id order by e.number desc limit 1
            ) as last on true;
        return;
    end if;
    return query
        with shown as (
            select distinct on (c.case_id) c.case_id, c.division, c.state
            from ops.publication_cases as c
            order by c.case_id, c.number desc
        ),
        listed as (
            select distinct on (c.case_id) c.case_id, c.month, c.state, c.outcome
            from crosschecks.cases as c
            order by c.case_id, c.month desc
        ),
        last as (
            select distinct on (e.case_id) e.case_id, e.number, e.state, e.from_month
            from ops.case_events as e
            order by e.case_id, e.number desc
        )
        select
            shown.case_id, shown.division, listed.month,
            case when listed.month is null or last.from_month > listed.month
                then coalesce(last.state, shown.state) else listed.state end,
            listed.outcome,
            coalesce(last.number, 0)
        from shown
        left join listed on listed.case_id = shown.case_id
        left join last on last.case_id = shown.case_id;
end $$;
"""


def upgrade() -> None:
    """Rights stay as they were: the functions keep their names and arguments."""
    op.execute(ASKED)
    op.execute(CASE_STATES)
