"""Acts of people as functions of the database: ``ops`` does them, ``portal`` says who may."""

from alembic import op

revision = "0035_acts"
down_revision = "0034_case_rules"

# Functions of ``ops`` run with the rights of the pipeline and do an act in a name that is given. Functions
# of ``portal`` take the name from the session, judge role and division, and call them; only they may.
# A refusal has a code of its own, which fundwatch.acts.refusals knows.
ENTRIES = """
create function ops.enter(
    in_stream text, actor text, action text, about text, details text,
    out sequence bigint, out at timestamptz, out previous_hash text, out hash text
)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare request text := current_setting('fundwatch.request', true);
begin
    -- Which request of the portal it was, where it was one.
    if request ~ '^[0-9A-Za-z-]{1,64}$' then
        enter.details := (enter.details::jsonb || jsonb_build_object('request', request))::text;
    end if;
    insert into ops.audit_heads values (in_stream, 0, '') on conflict do nothing;
    select h.sequence + 1, h.hash, clock_timestamp() into enter.sequence, enter.previous_hash, enter.at
    from ops.audit_heads as h
    where h.stream = in_stream
    for update;
    -- As fundwatch.audit.Entry.digest writes it.
    enter.hash := encode(sha256(convert_to(concat(
        '[', to_json(in_stream), ',', enter.sequence, ',',
        to_json(to_char(enter.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') || '+00:00'), ',',
        to_json(enter.actor), ',', to_json(enter.action), ',', to_json(enter.about), ',',
        to_json(enter.details), ',', to_json(enter.previous_hash), ']'
    ), 'UTF8')), 'hex');
    insert into ops.audit (stream, sequence, at, actor, action, object, details, previous_hash, hash)
    values (
        in_stream, enter.sequence, enter.at, enter.actor, enter.action, enter.about, enter.details,
        enter.previous_hash, enter.hash
    );
    update ops.audit_heads as h set sequence = enter.sequence, hash = enter.hash where h.stream = in_stream;
exception when others then
    raise exception 'the audit log cannot be written' using errcode = 'FW503';
end $$;

create function portal.enter(
    stream text, actor text, action text, about text, details text,
    out sequence bigint, out at timestamptz, out previous_hash text, out hash text
)
language sql security definer set search_path = pg_catalog, pg_temp as $$
    select e.sequence, e.at, e.previous_hash, e.hash
    from ops.enter(enter.stream, enter.actor, enter.action, enter.about, enter.details) as e
$$;
"""

# As is_same_person of fundwatch.actors; and a user goes by the name of signing in and by the one shown.
PEOPLE = """
create function ops.person_key(name text) returns text
language sql immutable strict parallel safe set search_path = pg_catalog, pg_temp as $$
    select lower(regexp_replace(normalize(name, NFKC), '[[:space:]]+', '', 'g'))
$$;

create function ops.person_keys(name text) returns text[]
language sql stable strict security definer set search_path = pg_catalog, pg_temp as $$
    select array(
        select ops.person_key(name)
        union select ops.person_key(u.display) from portal.users as u
        where ops.person_key(u.name) = ops.person_key(person_keys.name) and u.display <> ''
        union select ops.person_key(u.name) from portal.users as u
        where ops.person_key(u.display) = ops.person_key(person_keys.name)
    )
$$;

create function ops.is_same_person(name text, other text) returns boolean
language sql stable strict security definer set search_path = pg_catalog, pg_temp as $$
    select ops.person_keys(name) && ops.person_keys(other)
$$;

create function portal.acting() returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare who text := portal.visitor();
begin
    if who is null then
        raise exception 'there is no live session' using errcode = 'FW401', hint = 'Sign in again';
    end if;
    return who;
end $$;

create function portal.holds(role text, division text, city_up boolean) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
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
$$;

create function portal.require_act(roles text[], relation text, division text, city_up boolean) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare who text := portal.acting();
begin
    if not coalesce(portal.may(relation, division), false) then
        raise exception 'there is no such thing' using errcode = 'FW404', hint = 'Take the id from a list';
    end if;
    if not exists (select from unnest(roles) as r (role) where portal.holds(r.role, division, city_up)) then
        raise exception 'this act is not one of your role and division'
            using errcode = 'FW403', hint = 'Ask somebody whose role it is';
    end if;
    return who;
end $$;
"""

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

CASE_EVENTS = """
create function ops.record_case_event(
    who text, about_case text, after integer, to_state text, finding text, decision text, outcome text,
    amount numeric, until_on date, note text,
    out number integer, out from_month text, out rule_id text, out division text, out cleared_until date
)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    held record;
    former record;
    following text;
begin
    perform ops.take_case_turn();
    select s.* into held from ops.case_standing(about_case) as s;
    if not found then
        raise exception 'there is no case of that id'
            using errcode = 'FW404', hint = 'Take the id from a list';
    end if;
    if after <> held.number then
        raise exception 'case % has % events, not %: somebody was faster', about_case, held.number, after
            using errcode = 'FW40M', hint = 'Look at the case again, then decide';
    end if;
    if not exists (
        select from portal.case_steps as s where (s.state, s.next_state) = (held.state, to_state)
    ) then
        select string_agg(s.next_state, ' or ' order by s.next_state) into following
        from portal.case_steps as s
        where s.state = held.state;
        raise exception 'a case that is % cannot become %', held.state, to_state
            using errcode = 'FW40T', hint = case
                when following is not null then 'Next comes ' || following
                when held.state = 'candidate' then
                    'A month''s run opens it once its wait window has passed, its division is known, and no'
                    ' finding says that the person is alive'
                else 'Nothing is left to record'
            end;
    end if;
    if (held.state, to_state, held.decision) = ('approved', 'recovering', 'clear') then
        raise exception 'a case that is cleared has nothing to recover'
            using errcode = 'FW40T', hint = 'Close it';
    end if;
    if (held.state, to_state, held.decision) = ('approved', 'closed', 'recover') then
        raise exception 'what was decided to be recovered was not recovered yet'
            using errcode = 'FW40T', hint = 'Record recovering with what came back, then close it';
    end if;
    if to_state = 'approved' then
        for former in
            select e.state, e.actor from ops.case_events as e
            where e.case_id = about_case and e.state in ('verified', 'decided') and e.number > (
                select coalesce(max(d.number), 0) from ops.case_events as d
                where d.case_id = about_case and d.state = 'dispatched'
            )
            order by e.number desc
        loop
            if ops.is_same_person(who, former.actor) then
                raise exception 'case % cannot be approved by who % it', about_case, former.state
                    using errcode = 'FW40P', hint = 'Let somebody else approve it';
            end if;
        end loop;
    end if;
    record_case_event.number := held.number + 1;
    record_case_event.from_month := held.month;
    record_case_event.rule_id := held.rule_id;
    record_case_event.division := held.division;
    record_case_event.cleared_until := case when record_case_event.decision = 'clear' then coalesce(
        record_case_event.until_on,
        cast(coalesce(
            held.judged_on, cast(to_date(held.month, 'YYYY-MM') + interval '1 month - 1 day' as date)
        ) + interval '1 year' as date)
    ) else record_case_event.until_on end;
    insert into ops.case_events (
        case_id, number, state, finding, decision, outcome, amount, until_on, note, actor, is_run, from_month,
        rule_id, scheme, person_id, other_person_id, division, match_class, first_month, last_month, months,
        case_amount, evidence
    ) values (
        about_case, record_case_event.number, to_state, record_case_event.finding,
        record_case_event.decision, record_case_event.outcome, record_case_event.amount,
        record_case_event.cleared_until, record_case_event.note, who, false, held.month,
        held.rule_id, held.scheme, held.person_id, held.other_person_id, held.division, held.match_class,
        held.first_month, held.last_month, held.months, held.case_amount, held.evidence
    );
    perform ops.enter('cases', who, 'case ' || to_state, 'case ' || about_case, jsonb_strip_nulls(
        jsonb_build_object(
            'number', record_case_event.number, 'from_month', held.month, 'rule', held.rule_id,
            'division', held.division, 'finding', record_case_event.finding,
            'decision', record_case_event.decision, 'outcome', record_case_event.outcome
        )
    )::text);
    perform ops.restate_cases(null, held.person_id, held.month);
end $$;

create function portal.record_case_event(
    about_case text, after integer, to_state text, finding text, decision text, outcome text,
    amount numeric, until_on date, note text,
    out number integer, out from_month text, out rule_id text, out division text, out cleared_until date
)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare who text;
begin
    perform ops.take_case_turn();
    select portal.require_act('{{auditor}}', 'cases', s.division, false) into who
    from ops.case_standing(about_case) as s;
    if who is null then
        raise exception 'there is no such thing' using errcode = 'FW404', hint = 'Take the id from a list';
    end if;
    if after is null then
        raise exception 'the last event seen is not named' using errcode = 'FW422', hint = 'Look at the case';
    end if;
    select r.* into
        record_case_event.number, record_case_event.from_month, record_case_event.rule_id,
        record_case_event.division, record_case_event.cleared_until
    from ops.record_case_event(
        who, about_case, after, to_state, finding, decision, outcome, amount, until_on, note
    ) as r;
end $$;
"""

WAIVERS = """
create function ops.issue_now(
    about_issue text, out month text, out division text, out rule_id text, out state text, out as_of date
) returns setof record
language sql stable security definer rows 1 set search_path = pg_catalog, pg_temp as $$
    select listed.month, listed.division, listed.rule_id, listed.state, lists.as_of
    from quality.rectification as listed
    inner join quality.error_lists as lists on lists.month = listed.month
    where listed.issue_id = about_issue
    order by listed.month desc
    limit 1
$$;

create function ops.waive_issue(
    who text, about_issue text, until_on date, why text,
    out month text, out division text, out rule_id text, out state text, out rows integer
)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare last record;
begin
    select i.* into last from ops.issue_now(about_issue) as i;
    if not found then
        raise exception 'no error list holds an issue of that id'
            using errcode = 'FW404', hint = 'Take the id from a list';
    end if;
    if until_on < last.as_of then
        raise exception 'the waiver would end on %, before the list of % is judged on %',
            until_on, last.month, last.as_of
            using errcode = 'FW40S', hint = 'Give --until a later month or day';
    end if;
    if until_on is null and last.state <> 'waived' then
        raise exception 'issue % is not waived in %: it is %', about_issue, last.month, last.state
            using errcode = 'FW40S', hint = 'Nothing has to be lifted';
    end if;
    if btrim(why) = '' then
        raise exception 'a waiver is given and lifted for a reason'
            using errcode = 'FW40S', hint = 'Say why with --reason';
    end if;
    if last.state = 'corrected' then
        raise exception 'issue % was corrected in %', about_issue, last.month
            using errcode = 'FW40S', hint = 'Nothing has to be waived';
    end if;
    insert into quality.waivers (issue_id, is_lifted, from_month, until, reason, actor)
    values (about_issue, until_on is null, last.month, until_on, why, who);
    update quality.rectification as listed
    set
        state = case
            when waivers.is_lifted = false and lists.as_of <= waivers.until then 'waived'
            when listed.due_on < lists.as_of then 'overdue'
            else 'open'
        end,
        reason = case when waivers.is_lifted = false and lists.as_of <= waivers.until then waivers.reason end
    from quality.error_lists as lists
    left join lateral (
        select w.is_lifted, w.until, w.reason
        from quality.waivers as w
        where w.issue_id = about_issue and w.from_month <= lists.month
        order by w.waiver_id desc
        limit 1
    ) as waivers on true
    where listed.issue_id = about_issue
        and listed.month = lists.month
        and listed.month >= last.month
        and listed.state <> 'corrected';
    get diagnostics waive_issue.rows = row_count;
    perform ops.enter(
        'waivers', who, case when until_on is null then 'waiver lifted' else 'error waived' end,
        'issue ' || about_issue,
        jsonb_build_object(
            'rule', last.rule_id, 'division', last.division, 'from_month', last.month, 'until', until_on,
            'reason', why
        )::text
    );
    select listed.month, listed.division, listed.rule_id, listed.state
    into waive_issue.month, waive_issue.division, waive_issue.rule_id, waive_issue.state
    from quality.rectification as listed
    where (listed.month, listed.issue_id) = (last.month, about_issue);
end $$;

create function portal.waive_issue(
    about_issue text, until_on date, why text,
    out month text, out division text, out rule_id text, out state text, out rows integer
)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare who text;
begin
    select portal.require_act('{{supervisor}}', 'issues', i.division, true) into who
    from ops.issue_now(about_issue) as i;
    if who is null then
        raise exception 'there is no such thing' using errcode = 'FW404', hint = 'Take the id from a list';
    end if;
    -- A build derives the same lists.
    if not pg_try_advisory_xact_lock({build}) then
        raise exception 'a month is being built, so waiving did not start'
            using errcode = 'FW50B', hint = 'Wait until it has ended';
    end if;
    select w.* into
        waive_issue.month, waive_issue.division, waive_issue.rule_id, waive_issue.state, waive_issue.rows
    from ops.waive_issue(who, about_issue, until_on, why) as w;
end $$;
"""

SIGN_OFF = """
create function ops.refuse_signature(number integer, why text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    raise exception 'publication % cannot be signed: %', number, why
        using errcode = 'FW40S',
            hint = 'Run fundwatch review or approve with another name, or publish the month anew';
end $$;

create function ops.refuse_same_signer(number integer, why text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    raise exception 'publication % cannot be signed: %', number, why
        using errcode = 'FW40P',
            hint = 'Run fundwatch review or approve with another name, or publish the month anew';
end $$;

create function ops.refuse_for_statements(number integer, faults text[], consequence text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    raise exception 'publication % rests on balance statements that are not in order, so %: %', number,
        consequence,
        concat(array_to_string(faults[1:5], ', '), case when cardinality(faults) > 5 then ', …' end)
        using errcode = 'FW40S',
            hint = 'Correct the journals or statement_register.csv, then run the month and publish it anew';
end $$;

create function ops.enter_signature(who text, number integer, action text, note text, operator text)
returns void
language sql set search_path = pg_catalog, pg_temp as $$
    select ops.enter(
        'publications', who, enter_signature.action, 'publication ' || p.number,
        jsonb_build_object(
            'month', p.month, 'sha256', p.sha256, 'note', enter_signature.note,
            'operator', enter_signature.operator,
            'signed_at', to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') || '+00:00',
            'heads', (
                select coalesce(jsonb_object_agg(h.stream, concat(h.sequence, ':', h.hash)), '{{}}')
                from ops.audit_heads as h
                where h.stream <> 'publications'
            )
        )::text
    )
    from ops.publications as p
    where p.number = enter_signature.number
$$;

create function ops.review_publication(
    who text, about_number integer, said text, why text, operator text, out is_new boolean
)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    p ops.publications;
    remark text := concat_ws(' / ', nullif(said, ''), nullif(btrim(why), ''));
begin
    select * into p from ops.publications as held where held.number = about_number for update;
    if not found then
        raise exception 'there is no publication %', about_number using errcode = 'FW404',
            hint = 'Run fundwatch publish --month YYYY-MM, which prints the number';
    end if;
    if p.state = 'reviewed' and ops.is_same_person(who, p.reviewer) then
        is_new := false;
        return;
    end if;
    if p.state <> 'draft' then
        perform ops.refuse_signature(about_number, format('it is %s already', p.state));
    end if;
    if ops.is_same_person(who, p.preparer) then
        perform ops.refuse_same_signer(about_number, 'its preparer may not review it');
    end if;
    if exists (select from ops.forgotten_months as f where f.month = p.month) then
        perform ops.refuse_signature(about_number, 'its month was forgotten, as run by mistake');
    end if;
    if cardinality(p.statement_faults) > 0 and btrim(why) = '' then
        perform ops.refuse_for_statements(
            about_number, p.statement_faults, 'it is reviewed only with --reason'
        );
    end if;
    update ops.publications as held
    set state = 'reviewed', reviewer = who, reviewed_at = now(), note = remark
    where held.number = about_number;
    perform ops.enter_signature(who, about_number, 'publication reviewed', remark, operator);
    is_new := true;
end $$;

create function ops.approve_publication(
    who text, about_number integer, said text, operator text, out is_new boolean
)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    p ops.publications;
    current_one integer;
begin
    select * into p from ops.publications as held where held.number = about_number for update;
    if not found then
        raise exception 'there is no publication %', about_number using errcode = 'FW404',
            hint = 'Run fundwatch publish --month YYYY-MM, which prints the number';
    end if;
    if p.state = 'approved' and ops.is_same_person(who, p.approver) then
        is_new := false;
        return;
    end if;
    select held.number into current_one from ops.publications as held
    where held.month = p.month and held.is_current
    for update;
    if p.state <> 'reviewed' then
        perform ops.refuse_signature(about_number, format('it is %s, not reviewed', p.state));
    end if;
    if ops.is_same_person(who, p.preparer) or ops.is_same_person(who, p.reviewer) then
        perform ops.refuse_same_signer(
            about_number, 'preparer, reviewer and approver must be three different people'
        );
    end if;
    if current_one > about_number then
        perform ops.refuse_signature(
            about_number, format('the newer publication %s is the month''s current one', current_one)
        );
    end if;
    if current_one is distinct from p.replaces then
        perform ops.refuse_signature(about_number, format(
            'publication %s was approved since, whose cells it does not compare',
            coalesce(current_one::text, 'None')
        ));
    end if;
    if cardinality(p.statement_faults) > 0 then
        perform ops.refuse_for_statements(about_number, p.statement_faults, 'it cannot be approved');
    end if;
    if cardinality(p.not_usable) > 0 and btrim(said) = '' then
        perform ops.refuse_signature(about_number, 'it rests on tables graded F and no reason is given');
    end if;
    update ops.publications as held set is_current = false where held.month = p.month and held.is_current;
    update ops.publications as held
    set
        state = 'approved', approver = who, approved_at = now(), is_current = true,
        note = concat_ws(' / ', nullif(held.note, ''), nullif(said, ''))
    where held.number = about_number;
    perform ops.enter_signature(who, about_number, 'publication approved', said, operator);
    is_new := true;
end $$;

create function portal.review_publication(about_number integer, said text, why text, out is_new boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare who text := portal.require_act('{{statistician}}', 'publications', null, true);
begin
    is_new := r.is_new from ops.review_publication(who, about_number, said, why, 'portal') as r;
end $$;

create function portal.approve_publication(about_number integer, said text, out is_new boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare who text := portal.require_act('{{supervisor}}', 'publications', null, true);
begin
    is_new := r.is_new from ops.approve_publication(who, about_number, said, 'portal') as r;
end $$;
"""

DECLARATIONS = """
create function ops.declare_item(who text, in_month text, about_item text, answered text, said text)
returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    insert into ops.declarations (month, item, answer, note, actor)
    values (in_month, about_item, answered, said, who);
    perform ops.enter(
        'declarations', who, 'checklist item declared', concat(about_item, ' ', in_month),
        jsonb_build_object('answer', answered, 'note', said)::text
    );
end $$;

create function portal.declare_item(in_month text, about_item text, answered text, said text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform ops.declare_item(
        portal.require_act('{{supervisor}}', 'declarations', null, true), in_month, about_item, answered, said
    );
end $$;
"""

COMMENTS = """
create function portal.division_of_object(about text, out relation text, out division text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    if starts_with(about, 'cases/') then
        select 'cases', s.division into relation, division_of_object.division
        from ops.case_standing(split_part(about, '/', 2)) as s;
    elsif starts_with(about, 'issues/') then
        select 'issues', i.division into relation, division_of_object.division
        from ops.issue_now(split_part(about, '/', 2)) as i;
    end if;
    if relation is null then
        raise exception 'there is no such thing' using errcode = 'FW404', hint = 'Take the id from a list';
    end if;
end $$;

create function portal.comment(about text, said text, out comment_id bigint, out at timestamptz)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    object record;
    who text := portal.acting();
begin
    select o.* into object from portal.division_of_object(comment.about) as o;
    who := portal.require_act('{{supervisor,statistician,auditor}}', object.relation, object.division, false);
    if length(said) > 2000 then
        raise exception 'a comment is too long' using errcode = 'FW422', hint = 'Shorten it';
    end if;
    insert into portal.comments as c (about, division, author, text)
    values (comment.about, coalesce(object.division, portal.city()), who, said)
    returning c.comment_id, c.at into comment.comment_id, comment.at;
    perform ops.enter(
        'comments', who, 'commented', comment.about,
        jsonb_build_object('comment', comment.comment_id)::text
    );
end $$;
"""

# A constraint trigger fires at the commit, as whoever commits.
TRIGGERS = """
alter function ops.refuse_case_event_without_entry() security definer;
alter function ops.refuse_case_event_without_entry() set search_path = pg_catalog, pg_temp;
alter function ops.refuse_signature_without_entry() security definer;
alter function ops.refuse_signature_without_entry() set search_path = pg_catalog, pg_temp
"""


def upgrade() -> None:
    """Entries written from here on are chained to those before; nothing that was recorded changes."""
    keys = {"case_turn": _lock_key("case events"), "build": _lock_key("build")}
    for text in (
        ENTRIES, PEOPLE, CASES.format(**keys), RESTATING, CASE_EVENTS.format(), WAIVERS.format(**keys),
        SIGN_OFF.format(), DECLARATIONS.format(), COMMENTS.format(), TRIGGERS,
    ):  # fmt: skip
        op.execute(text)
    op.execute("revoke all on all functions in schema portal, ops from public")


def _lock_key(purpose: str) -> int:
    """Return the key that fundwatch.queries.lock_key has for a purpose."""
    import hashlib

    return int.from_bytes(hashlib.sha256(f"fundwatch {purpose}".encode()).digest()[:8]) >> 1
