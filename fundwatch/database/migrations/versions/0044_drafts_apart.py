"""Trace figures of months that readers see; those of drafts, and states of unpublished issues, stay apart."""

from alembic import op

revision = "0044_drafts_apart"
down_revision = "0043_changed_issues"

READER = "insert into portal.readers (relation, role, city_up) values ('draft_traces', 'statistician', true)"

# A month that was built and not approved is a draft, whose figures are a relation of their own.
TRACE = """
create or replace function portal.trace_figure(
    in_month text, in_division text, in_scheme text, of_indicator text, in_breakdown text,
    first_rows integer default 100, after_rows bigint default 0
) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    is_published boolean := exists (
        select from portal.current_publications() as p where p.month = in_month
    );
begin
    if in_division <> all(portal.known_divisions())
        or not portal.may(case when is_published then 'traces' else 'draft_traces' end, in_division)
    then
        return null;
    end if;
    return ops.trace_figure(
        in_month, in_division, in_scheme, of_indicator, coalesce(in_breakdown, ''),
        least(greatest(first_rows, 0), 1000), greatest(after_rows, 0)
    );
end $$;
"""

# As before, but of issues that the session is shown: of publications, and of drafts where it reads them.
STATES = """
create or replace function portal.issue_states(
    ids text[] default null,
    out issue_id text, out division text, out month text, out state_now text, out until date,
    out reason text, out actor text
) returns setof record
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    shown integer[] := portal.current_numbers() || portal.draft_numbers_of('issues');
begin
    return query
        select
            listed.issue_id::text, listed.division, listed.month, listed.state,
            case when listed.state = 'waived' then waiver.until end,
            case when listed.state = 'waived' then waiver.reason end,
            case when listed.state = 'waived' then waiver.actor end
        from (
            select distinct on (r.issue_id) r.issue_id, r.division, r.month, r.state
            from quality.rectification as r
            where ids is null or r.issue_id = any(ids)
            order by r.issue_id, r.month desc
        ) as listed
        left join lateral (
            select w.until, w.reason, w.actor from quality.waivers as w
            where w.issue_id = listed.issue_id order by w.waiver_id desc limit 1
        ) as waiver on true
        where (
                listed.division = any((select portal.divisions_of('issues'))::text[])
                or (select portal.may('issues', null))
                    and listed.division <> all((select portal.known_divisions())::text[])
            )
            and exists (
                select from ops.publication_issues as i
                where i.number = any(shown) and i.issue_id = listed.issue_id
            );
end $$;
"""


def upgrade() -> None:
    """No page loses a row: what it shows of an issue it has from a publication."""
    op.execute(READER)
    op.execute(TRACE)
    op.execute(STATES)
