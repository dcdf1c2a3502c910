"""Users act on what they are shown: cases and issues of publications, not those a run only listed."""

from alembic import op

revision = "0042_shown_objects"
down_revision = "0041_denials"

# The owner of these functions sees rows of publications as far as the visitor's session goes, drafts too.
SHOWN = """
create function portal.require_shown(about text) returns void
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    kind text := split_part(about, '/', 1);
    id text := split_part(about, '/', 2);
begin
    perform portal.acting();
    if kind = 'cases' and exists (
        select from ops.publication_cases as c
        where c.number = any(portal.current_numbers()) and c.case_id = id
    ) then
        return;
    end if;
    if kind = 'issues' and exists (
        select from ops.publication_issues as i
        where i.number = any(portal.current_numbers() || portal.draft_numbers_of('issues'))
            and i.issue_id = id
    ) then
        return;
    end if;
    raise exception 'there is no such thing' using errcode = 'FW404', hint = 'Take the id from a list';
end $$;
"""

ACTS = """
create or replace function portal.record_case_event(
    about_case text, after integer, to_state text, finding text, decision text, outcome text,
    amount numeric, until_on date, note text,
    out number integer, out from_month text, out rule_id text, out division text, out cleared_until date
)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare who text;
begin
    perform ops.take_case_turn();
    perform portal.require_shown('cases/' || about_case);
    select portal.require_act('{auditor}', 'cases', s.division, false) into who
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

create or replace function portal.waive_issue(
    about_issue text, until_on date, why text,
    out month text, out division text, out rule_id text, out state text, out rows integer
)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare who text;
begin
    perform portal.require_shown('issues/' || about_issue);
    select portal.require_act('{supervisor}', 'issues', i.division, true) into who
    from ops.issue_now(about_issue) as i;
    if who is null then
        raise exception 'there is no such thing' using errcode = 'FW404', hint = 'Take the id from a list';
    end if;
    -- A build derives the same lists.
    if not pg_try_advisory_xact_lock(BUILD) then
        raise exception 'a month is being built, so waiving did not start'
            using errcode = 'FW50B', hint = 'Wait until it has ended';
    end if;
    select w.* into
        waive_issue.month, waive_issue.division, waive_issue.rule_id, waive_issue.state, waive_issue.rows
    from ops.waive_issue(who, about_issue, until_on, why) as w;
end $$;

create or replace function portal.division_of_object(about text, out relation text, out division text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform portal.require_shown(about);
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

create or replace function portal.enter_reveal(about text, reason text, hourly integer) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    who text;
    in_division text;
    shown integer := 1;
    made bigint;
begin
    perform portal.require_shown(about);
    if starts_with(about, 'cases/') then
        select c.division, c.rows into in_division, shown
        from ops.published_case(split_part(about, '/', 2)) as c;
        if found then
            who := portal.require_act('{auditor}', 'cases', in_division, false);
        end if;
    elsif starts_with(about, 'issues/') then
        select i.division into in_division from ops.issue_now(split_part(about, '/', 2)) as i;
        if found then
            who := portal.require_act('{supervisor,auditor}', 'issues', in_division, false);
        end if;
    end if;
    if who is null then
        raise exception 'there is no such thing' using errcode = 'FW404', hint = 'Take the id from a list';
    end if;
    if btrim(reason) = '' then
        raise exception 'personal values are shown for a reason' using errcode = 'FW422', hint = 'Say why';
    end if;
    made := portal.count_reveal(who, about, shown, null, hourly);
    perform ops.enter('reveals', who, 'personal values shown', about, jsonb_build_object(
        'reveal', made, 'rows', shown, 'reason', reason
    )::text);
    return made;
end $$;
"""


def upgrade() -> None:
    """What was said and recorded before stays."""
    from fundwatch.queries import lock_key

    op.execute(SHOWN)
    op.execute(ACTS.replace("BUILD", str(lock_key("build"))))
    op.execute("revoke all on all functions in schema portal from public")
