"""What is done about a suspicious point, event by event; what was cleared; returned work lists."""

from alembic import op

revision = "0019_case_events"
down_revision = "0018_wide_sums"

# What a case was when something happened to it stands beside what happened: its point may leave the data.
EVENTS = """
create table ops.case_events (
    case_id text not null,
    number integer not null check (number > 0),
    state text not null check (state in (
        'dispatched', 'verified', 'decided', 'approved', 'recovering', 'closed', 'withdrawn')),
    finding text check (finding in ('alive', 'dead', 'other_person', 'data_error')),
    decision text check (decision in ('suspend', 'recover', 'clear')),
    outcome text check (outcome in (
        'no_issue', 'data_error', 'under_payment', 'agency_error', 'late_report', 'fraud', 'referred')),
    amount numeric(18, 2) check (amount >= 0),
    until_on date,
    note text not null default '',
    actor text not null check (actor <> ''),
    is_run boolean not null default false,
    from_month text not null,
    recorded_at timestamptz not null default now(),
    rule_id text not null,
    scheme text not null,
    person_id text not null,
    other_person_id text,
    division text,
    match_class text,
    first_month text,
    last_month text,
    months integer,
    case_amount numeric(28, 2),
    evidence text not null,
    primary key (case_id, number),
    check ((finding is not null) = (state = 'verified')),
    check ((decision is not null) = (state = 'decided') and (outcome is not null) = (state = 'decided')),
    check ((until_on is not null) = coalesce(decision = 'clear', false)),
    check (decision is distinct from 'recover' or amount is not null),
    check (is_run or state in ('dispatched', 'approved', 'recovering', 'closed') or note <> ''),
    check (not is_run or state in ('closed', 'withdrawn')),
    check (is_run or state <> 'withdrawn')
);
create index case_events_by_person on ops.case_events (person_id) where finding is not null;

create function ops.refuse_case_event_without_entry() returns trigger language plpgsql as $$
begin
    if not exists (
        select from ops.audit
        where stream = 'cases' and actor = new.actor
            and object = case when new.is_run then 'month ' || new.from_month else 'case ' || new.case_id end
            and case when new.is_run then at >= new.recorded_at
                else details::json ->> 'number' = new.number::text end
    ) then
        raise exception 'an event of a case is entered in the audit log'
            using errcode = 'insufficient_privilege';
    end if;
    return null;
end $$;

create trigger append_only before update or delete or truncate on ops.case_events
    for each statement execute function ops.refuse_change();
create constraint trigger entered after insert on ops.case_events
    deferrable initially deferred for each row execute function ops.refuse_case_event_without_entry();
alter table ops.case_events enable always trigger append_only;
alter table ops.case_events enable always trigger entered;
create index audit_of_cases on ops.audit (object) where stream = 'cases';
"""

# A case is cleared from its approval until it is dispatched anew; models compare months and days.
CLEARED = """
create view ops.cleared_pairs as
select
    approved.case_id,
    approved.rule_id,
    approved.scheme,
    approved.person_id,
    approved.other_person_id,
    approved.from_month,
    anew.to_month,
    decided.until_on,
    decided.evidence
from ops.case_events as approved
inner join lateral (
    select d.decision, d.until_on, d.evidence
    from ops.case_events as d
    where d.case_id = approved.case_id and d.state = 'decided' and d.number < approved.number
    order by d.number desc
    limit 1
) as decided on decided.decision = 'clear'
left join lateral (
    select min(later.from_month) as to_month
    from ops.case_events as later
    where later.case_id = approved.case_id and later.state = 'dispatched' and later.number > approved.number
) as anew on true
where approved.state = 'approved';

create view ops.cleared_evidence as
select
    cleared.case_id,
    cleared.rule_id,
    cleared.scheme,
    cleared.person_id,
    cleared.other_person_id,
    cleared.from_month,
    cleared.to_month,
    cleared.until_on,
    item.value ->> 'table' as landed_table,
    item.value ->> 'key' as row_key,
    item.value ->> 'source_file_id' as source_file_id,
    cast(item.value ->> 'source_row' as bigint) as source_row
from ops.cleared_pairs as cleared
cross join lateral jsonb_array_elements(cast(cleared.evidence as jsonb)) as item;
"""

RETURNED = """
create table ops.case_lists (
    list_id bigint generated always as identity primary key,
    sha256 text not null,
    name text not null,
    actor text not null,
    imported_at timestamptz not null default now()
);
create table ops.case_list_rows (
    list_id bigint not null references ops.case_lists (list_id),
    sheet text not null,
    line integer not null,
    case_id text,
    finding text,
    note text,
    result text not null check (result in ('taken', 'known', 'refused')),
    reason text not null default '',
    event_number integer,
    primary key (list_id, sheet, line)
);
"""
# dbt makes the table, and would add them at the next build; events may be recorded before.
CASES = """
do $$ begin
    if to_regclass('crosschecks.cases') is not null then
        alter table crosschecks.cases
            add column if not exists known_on date,
            add column if not exists judged_on date,
            add column if not exists point_state text;
    end if;
end $$
"""
TABLES = ("case_lists", "case_list_rows")


def upgrade() -> None:
    """Cases listed before have no events: they are candidates or open, as their point is."""
    op.execute(EVENTS)
    op.execute(CLEARED)
    op.execute(RETURNED)
    op.execute(CASES)
    for table in TABLES:
        op.execute(
            f"create trigger append_only before update or delete or truncate on ops.{table}"
            " for each statement execute function ops.refuse_change();"
            f" alter table ops.{table} enable always trigger append_only"
        )
