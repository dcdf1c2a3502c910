"""Acts of people as functions of the database: events of cases, and waivers."""

from alembic import op

revision = "0035_03_case_events"
down_revision = "0035_02_case_standing"

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


def upgrade() -> None:
    """Nothing that was recorded changes."""
    for text in (CASE_EVENTS.format(), WAIVERS.format(build=_lock_key("build"))):
        op.execute(text)


def _lock_key(purpose: str) -> int:
    """Return the key that fundwatch.queries.lock_key has for a purpose."""
    import hashlib

    return int.from_bytes(hashlib.sha256(f"fundwatch {purpose}".encode()).digest()[:8]) >> 1
