"""Acts of people as functions of the database: how a case stands, and restating cases."""

from alembic import op

revision = "0035_02_case_standing"
down_revision = "0035_01_entries"

CASES = """
create table portal.case_steps (
    state text not null,
    next_state text not null,
    primary key (state, next_state)
);
insert into portal.case_steps values
    ('open', 'dispatched'), ('dispatched', 'verified'), ('verified', 'decided'), ('decided', 'approved'),
    ('decided', 'verified'), ('approved', 'recovering'), ('approved', 'closed'),
    ('recovering', 'recovering'), ('recovering', 'closed');

create function ops.case_standing(
    about_case text, out month text, out judged_on date, out state text, out number integer,
    out decision text, out rule_id text, out scheme text, out person_id text, out other_person_id text,
    out division text, out match_class text, out first_month text, out last_month text, out months integer,
    out case_amount numeric, out evidence text
) returns setof record
language plpgsql stable security definer rows 1 set search_path = pg_catalog, pg_temp as $$
declare
    last record;
    numbered record;
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
    select coalesce(max(e.number), 0) as number, coalesce(max(e.from_month), '') as month into numbered
    from ops.case_events as e
    where e.case_id = about_case;
    case_standing.number := numbered.number;
    case_standing.month := greatest(case_standing.month, numbered.month);
    return next;
end $$;

create function ops.take_case_turn() returns void
language sql set search_path = pg_catalog, pg_temp as $$ select pg_advisory_xact_lock({case_turn}) $$;
"""

# The states of cases, derived from their points and from events in force. What is restated is one month, or
# the cases of a person from a month on, for whom a finding holds in all of them.
RESTATING = """
create function ops.restate_cases(in_month text, of_person text, from_month text) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $body$
declare changed integer;
begin
    if to_regclass('crosschecks.cases') is null then
        return 0;
    end if;
    execute format($text$
with involved as (
    select cases.*
    from crosschecks.cases as cases
    where %s and (
        exists (select from ops.case_events as e where e.case_id = cases.case_id)
        or cases.person_id in (select person_id from ops.case_events where finding is not null)
    )
),
judged as (
    select
        c.month,
        c.case_id,
        case
            when c.point_state = 'open' and c.known_on is not null
                and finding.finding in ('alive', 'other_person')
                and cast(finding.recorded_at at time zone 'UTC' as date) >= c.known_on
                and (finding.until_on is null or c.judged_on <= finding.until_on)
                and not (
                    finding.names_event
                    and ops.has_unknown_evidence(c.evidence, finding.evidence, 'death_event')
                )
            then 'candidate'
            else coalesce(c.point_state, case when c.state = 'candidate' then c.state else 'open' end)
        end as data_state,
        last.state as last_state,
        last.number is null or last.is_run or (
            (last.state = 'closed' or last.state = 'approved' and decided.decision = 'clear')
            and (
                coalesce(decided.decision = 'clear' and c.judged_on > decided.until_on, false)
                or ops.has_unknown_evidence(c.evidence, coalesce(decided.evidence, last.evidence), null)
            )
        ) as stands_anew,
        decided.outcome
    from involved as c
    left join lateral (
        select e.*
        from ops.case_events as e
        where e.case_id = c.case_id and e.from_month <= c.month and not (e.is_run and exists (
            select from crosschecks.cases as held where (held.month, held.case_id) = (e.from_month, e.case_id)
            union all
            select from ops.forgotten_months as forgotten where forgotten.month = e.from_month
        ))
        order by e.from_month desc, e.number desc
        limit 1
    ) as last on true
    left join lateral (
        select d.decision, d.outcome, d.until_on, d.evidence
        from ops.case_events as d
        where d.case_id = c.case_id and d.state = 'decided' and d.number <= last.number
            and d.number > (
                select coalesce(max(first.number), 0) from ops.case_events as first
                where first.case_id = c.case_id and first.state = 'dispatched' and first.number <= last.number
            )
        order by d.number desc
        limit 1
    ) as decided on true
    left join lateral (
        select
            f.finding, f.recorded_at, f.evidence,
            position('"death_event"' in f.evidence) > 0 as names_event,
            (
                select d.until_on from ops.case_events as d
                where d.case_id = f.case_id and d.number > f.number and d.state = 'decided'
                    and d.from_month <= c.month
                order by d.number
                limit 1
            ) as until_on
        from ops.case_events as f
        where f.person_id = c.person_id and f.finding is not null and f.from_month <= c.month
        order by f.from_month desc, f.recorded_at desc, f.number desc
        limit 1
    ) as finding on true
),
stated as (
    select
        month,
        case_id,
        case when stands_anew then data_state else last_state end as state,
        case
            when not stands_anew and last_state in ('decided', 'approved', 'recovering', 'closed')
                then outcome
        end as outcome
    from judged
)
update crosschecks.cases as cases
set state = stated.state, outcome = stated.outcome
from stated
where (cases.month, cases.case_id) = (stated.month, stated.case_id)
    and (cases.state, cases.outcome) is distinct from (stated.state, stated.outcome)
    $text$, case
        when in_month is not null then 'cases.month = $1'
        else 'cases.person_id = $2 and cases.month >= $3'
    end) using in_month, of_person, from_month;
    get diagnostics changed = row_count;
    return changed;
end $body$;

-- What a record of who somebody is says anew is new evidence; of other tables only another key is.
create function ops.has_unknown_evidence(current_evidence text, known_evidence text, only_table text)
returns boolean
language sql immutable set search_path = pg_catalog, pg_temp as $$
    select exists (
        select from jsonb_array_elements(cast(current_evidence as jsonb)) as item
        where (only_table is null or item ->> 'table' = only_table) and not exists (
            select from jsonb_array_elements(cast(known_evidence as jsonb)) as known
            where known ->> 'table' = item ->> 'table' and known ->> 'key' = item ->> 'key'
                and (
                    item ->> 'table' not in ('AC01', 'death_event')
                    or (known -> 'source_file_id', known -> 'source_row')
                        = (item -> 'source_file_id', item -> 'source_row')
                )
        )
    )
$$;
"""


def upgrade() -> None:
    """Nothing that was recorded changes."""
    for text in (CASES.format(case_turn=_lock_key("case events")), RESTATING):
        op.execute(text)


def _lock_key(purpose: str) -> int:
    """Return the key that fundwatch.queries.lock_key has for a purpose."""
    import hashlib

    return int.from_bytes(hashlib.sha256(f"fundwatch {purpose}".encode()).digest()[:8]) >> 1
