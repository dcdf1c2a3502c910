"""State a case at the portal, and count what is recorded next, without what a forgotten month's run said."""

from alembic import op

revision = "0053_forgotten_events"
down_revision = "0052_kept_plans"

STANDING = """
create or replace function ops.case_standing(
    about_case text, out month text, out judged_on date, out state text, out number integer,
    out decision text, out rule_id text, out scheme text, out person_id text, out other_person_id text,
    out division text, out match_class text, out first_month text, out last_month text, out months integer,
    out case_amount numeric, out evidence text
) returns setof record
language plpgsql stable security definer rows 1 set search_path = pg_catalog, pg_temp as $$
declare
    last record;
    is_listed boolean := false;
    has_event boolean;
begin
    if to_regclass('crosschecks.cases') is not null then
        select
            c.month, c.state, c.judged_on, c.rule_id, coalesce(c.scheme, ''), c.person_id, c.other_person_id,
            c.division, c.match_class, c.first_month, c.last_month, c.months, c.amount, c.evidence
        into
            case_standing.month, case_standing.state, case_standing.judged_on, case_standing.rule_id,
            case_standing.scheme, case_standing.person_id, case_standing.other_person_id,
            case_standing.division, case_standing.match_class, case_standing.first_month,
            case_standing.last_month, case_standing.months, case_standing.case_amount, case_standing.evidence
        from crosschecks.cases as c
        where c.case_id = about_case
        order by c.month desc
        limit 1;
        is_listed := found;
        -- What a run said of a month is void once the point holds in it after all, or it was forgotten.
        select e.* into last
        from ops.case_events as e
        where e.case_id = about_case and not (e.is_run and exists (
            select from crosschecks.cases as held where (held.month, held.case_id) = (e.from_month, e.case_id)
            union all
            select from ops.forgotten_months as forgotten where forgotten.month = e.from_month
        ))
        order by e.from_month desc, e.number desc
        limit 1;
    else
        select e.* into last
        from ops.case_events as e
        where e.case_id = about_case and not (e.is_run and exists (
            select from ops.forgotten_months as forgotten where forgotten.month = e.from_month
        ))
        order by e.from_month desc, e.number desc
        limit 1;
    end if;
    has_event := found;
    if not is_listed and not has_event then
        return;
    end if;
    if not is_listed then
        case_standing.month := last.from_month;
        case_standing.rule_id := last.rule_id;
        case_standing.scheme := last.scheme;
        case_standing.person_id := last.person_id;
        case_standing.other_person_id := last.other_person_id;
        case_standing.division := last.division;
        case_standing.match_class := last.match_class;
        case_standing.first_month := last.first_month;
        case_standing.last_month := last.last_month;
        case_standing.months := last.months;
        case_standing.case_amount := last.case_amount;
        case_standing.evidence := last.evidence;
    end if;
    if has_event and not (is_listed and last.from_month <= case_standing.month) then
        case_standing.state := last.state;
    end if;
    if has_event and case_standing.state = last.state and not last.is_run then
        select d.decision into case_standing.decision
        from ops.case_events as d
        where d.case_id = about_case and d.state = 'decided' and d.number <= last.number
            and d.number > (
                select coalesce(max(first.number), 0) from ops.case_events as first
                where first.case_id = about_case and first.state = 'dispatched'
                    and first.number <= last.number
            )
        order by d.number desc
        limit 1;
    end if;
    select coalesce(max(e.number), 0) into case_standing.number
    from ops.case_events as e
    where e.case_id = about_case;
    -- What is void moves no month: what is recorded next counts from the last that stands.
    case_standing.month := greatest(case_standing.month, last.from_month);
    return next;
end $$;
"""

# As last_event of fundwatch.acts.case_standing has it. What a run said of a month that lists the point after
# all is void as well, and needs no looking for: the case is stated by its last list, which is not before it.
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
                coalesce(numbered.number, 0)
            from shown
            left join listed on listed.case_id = shown.case_id
            left join lateral (
                select max(e.number) as number from ops.case_events as e where e.case_id = shown.case_id
            ) as numbered on true
            left join lateral (
                select e.state, e.from_month from ops.case_events as e
                where e.case_id = shown.case_id
                    and not (e.is_run and e.from_month in (select f.month from ops.forgotten_months as f))
                order by e.from_month desc, e.number desc
                limit 1
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
        numbered as (
            select e.case_id, max(e.number) as number from ops.case_events as e group by e.case_id
        ),
        last as (
            select distinct on (e.case_id) e.case_id, e.state, e.from_month
            from ops.case_events as e
            where not (e.is_run and e.from_month in (select f.month from ops.forgotten_months as f))
            order by e.case_id, e.from_month desc, e.number desc
        )
        select
            shown.case_id, shown.division, listed.month,
            case when listed.month is null or last.from_month > listed.month
                then coalesce(last.state, shown.state) else listed.state end,
            listed.outcome,
            coalesce(numbered.number, 0)
        from shown
        left join listed on listed.case_id = shown.case_id
        left join numbered on numbered.case_id = shown.case_id
        left join last on last.case_id = shown.case_id;
end $$;
"""


def upgrade() -> None:
    """Rights on the functions stay as they were; their owner is let read forgotten months with all others."""
    op.execute(STANDING)
    op.execute(CASE_STATES)
