"""Personal values shown for a reason, exports and refusals: entered first, counted by hour and minute."""

from alembic import op

revision = "0036_reveals"
down_revision = "0035_acts"

# What was entered to be shown. Its values leave in another transaction, which sees it only once it is
# committed, and its entry in the log with it.
TABLES = """
create table portal.reveals (
    reveal_id bigint generated always as identity primary key,
    user_name text not null,
    about text not null,
    rows integer not null check (rows >= 0),
    case_ids text[],
    taken integer not null default 0,
    at timestamptz not null default clock_timestamp(),
    entered_by xid8 not null default pg_current_xact_id()
);
create index reveals_by_user on portal.reveals (user_name, at);

create table portal.denials (
    minute timestamptz not null,
    user_name text not null,
    action text not null,
    about text not null,
    times bigint not null,
    primary key (minute, user_name, action, about)
);
"""

# Values as they are stored: of a case as it was last published, of an issue as it was last listed.
RAW = """
create function ops.raw_case(about_case text) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select jsonb_build_object(
        'case_id', c.case_id,
        'person_id', c.person_id,
        'other_person_id', c.other_person_id,
        'evidence', c.evidence::jsonb,
        'persons', coalesce((
            select jsonb_agg(jsonb_build_object(
                'place', p.place, 'person_id', p.person_id, 'name', p.name,
                'identity_number', p.identity_number, 'birth_on', p.birth_on
            ) order by p.place)
            from ops.publication_case_persons as p where (p.number, p.case_id) = (c.number, c.case_id)
        ), '[]'),
        'evidence_lines', coalesce((
            select jsonb_agg(jsonb_build_object(
                'line', e.line, 'landed_table', e.landed_table, 'key', e.key, 'fields', e.fields
            ) order by e.line, e.landed_table)
            from ops.publication_case_evidence as e where (e.number, e.case_id) = (c.number, c.case_id)
        ), '[]')
    )
    from ops.publication_cases as c
    inner join ops.publications as held on held.number = c.number and held.is_current
    where c.case_id = about_case
    order by held.month desc
    limit 1
$$;

create function ops.published_case(
    about_case text, out division text, out rows integer
) returns setof record
language sql stable security definer rows 1 set search_path = pg_catalog, pg_temp as $$
    select
        c.division,
        greatest(1, cast(
            (select count(*) from ops.publication_case_persons as p
                where (p.number, p.case_id) = (c.number, c.case_id))
            + (select count(*) from ops.publication_case_evidence as e
                where (e.number, e.case_id) = (c.number, c.case_id))
            as integer
        ))
    from ops.publication_cases as c
    inner join ops.publications as held on held.number = c.number and held.is_current
    where c.case_id = about_case
    order by held.month desc
    limit 1
$$;

create function ops.raw_issue(about_issue text) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select jsonb_build_object(
        'issue_id', r.issue_id, 'key', r.key, 'source_file_id', r.source_file_id, 'source_row', r.source_row
    )
    from quality.rectification as r
    where r.issue_id = about_issue
    order by r.month desc
    limit 1
$$;

create function ops.cases_of_number(
    numbers text[], out case_id text, out division text
) returns setof record
language sql stable security definer rows 5 set search_path = pg_catalog, pg_temp as $$
    select distinct p.case_id, c.division
    from ops.publication_case_persons as p
    inner join ops.publications as held on held.number = p.number and held.is_current
    inner join ops.publication_cases as c on (c.number, c.case_id) = (p.number, p.case_id)
    where p.identity_number = any(numbers)
$$;

create function ops.raw_cells(what text, in_number integer, ids text[])
returns table (id text, division text, cells jsonb)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select c.case_id, c.division, jsonb_build_object(
        'person_id', c.person_id, 'other_person_id', c.other_person_id, 'evidence', c.evidence
    )
    from ops.publication_cases as c
    where what = 'cases' and c.number = in_number and c.case_id = any(ids)
    union all
    select i.issue_id, i.division, jsonb_build_object('key', i.key)
    from ops.publication_issues as i
    where what = 'issues' and i.number = in_number and i.issue_id = any(ids)
$$;
"""

REVEALS = """
create function portal.count_reveal(who text, about text, rows integer, case_ids text[], hourly integer)
returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    shown bigint;
    made bigint;
begin
    perform pg_advisory_xact_lock(hashtextextended('fundwatch reveals of ' || who, 0));
    select coalesce(sum(r.rows), 0) into shown
    from portal.reveals as r
    where r.user_name = who and r.at > clock_timestamp() - interval '1 hour';
    if shown + count_reveal.rows > hourly then
        raise exception 'more personal values would be shown in an hour than may be'
            using errcode = 'FW429', hint = 'Try again later, or ask for fewer';
    end if;
    insert into portal.reveals (user_name, about, rows, case_ids)
    values (who, count_reveal.about, count_reveal.rows, count_reveal.case_ids)
    returning reveal_id into made;
    return made;
end $$;

create function portal.enter_reveal(about text, reason text, hourly integer) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    who text;
    in_division text;
    shown integer := 1;
    made bigint;
begin
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

create function portal.enter_find(numbers text[], hourly integer) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    who text := portal.acting();
    cases text[];
    made bigint;
begin
    if not portal.reads('cases') then
        raise exception 'there is no such thing' using errcode = 'FW404', hint = 'Take the id from a list';
    end if;
    select coalesce(array_agg(c.case_id order by c.case_id), '{}') into cases
    from ops.cases_of_number(numbers) as c
    where portal.may('cases', c.division);
    made := portal.count_reveal(who, 'cases', greatest(1, cardinality(cases)), cases, hourly);
    perform ops.enter('reveals', who, 'cases looked for by identity number', 'cases', jsonb_build_object(
        'reveal', made, 'found', cardinality(cases)
    )::text);
    return made;
end $$;

create function portal.entered_reveal(of_reveal bigint) returns portal.reveals
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare entered portal.reveals;
begin
    -- Another transaction's row is one that was committed, and so was its entry.
    select r.* into entered from portal.reveals as r
    where r.reveal_id = of_reveal and r.user_name = portal.acting()
        and r.entered_by <> pg_current_xact_id() and r.at > clock_timestamp() - interval '5 minutes'
    for update;
    if not found then
        raise exception 'this was not entered to be shown' using errcode = 'FW404', hint = 'Ask for it again';
    end if;
    return entered;
end $$;

create function portal.revealed(of_reveal bigint) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare entered portal.reveals := portal.entered_reveal(of_reveal);
begin
    if entered.taken > 0 then
        raise exception 'this was shown before' using errcode = 'FW404', hint = 'Ask for it again';
    end if;
    update portal.reveals set taken = greatest(1, rows) where reveal_id = of_reveal;
    return case
        when entered.case_ids is not null then jsonb_build_object('case_ids', to_jsonb(entered.case_ids))
        when starts_with(entered.about, 'cases/') then ops.raw_case(split_part(entered.about, '/', 2))
        when starts_with(entered.about, 'issues/') then ops.raw_issue(split_part(entered.about, '/', 2))
    end;
end $$;
"""

EXPORTS = """
create function portal.enter_export(
    what text, reason text, details text, personal_rows integer, hourly integer
) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    who text := portal.acting();
    made bigint;
begin
    if personal_rows > 0 then
        if what not in ('cases', 'issues') or not portal.reads(what) then
            raise exception 'there is no such thing' using errcode = 'FW404', hint = 'Take another list';
        end if;
        if btrim(coalesce(reason, '')) = '' then
            raise exception 'personal values are shown for a reason'
                using errcode = 'FW422', hint = 'Say why';
        end if;
        made := portal.count_reveal(who, 'exports/' || what, personal_rows, null, hourly);
    end if;
    perform ops.enter('exports', who, 'exported', left(what, 200), jsonb_strip_nulls(
        details::jsonb || jsonb_build_object('reveal', made, 'rows', personal_rows, 'reason', reason)
    )::text);
    return made;
end $$;

-- An export takes its rows in pieces, no more of them than were entered.
create function portal.revealed_cells(of_reveal bigint, in_number integer, ids text[])
returns table (id text, cells jsonb)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    entered portal.reveals := portal.entered_reveal(of_reveal);
    what text := split_part(entered.about, '/', 2);
begin
    if not starts_with(entered.about, 'exports/') or not (in_number = any(portal.current_numbers())) then
        raise exception 'this was not entered to be shown' using errcode = 'FW404', hint = 'Ask for it again';
    end if;
    if entered.taken + cardinality(ids) > entered.rows then
        raise exception 'more rows are asked for than were entered'
            using errcode = 'FW429', hint = 'Export again';
    end if;
    update portal.reveals as r set taken = r.taken + cardinality(ids), at = clock_timestamp()
    where r.reveal_id = of_reveal;
    return query
        select c.id, c.cells from ops.raw_cells(what, in_number, ids) as c where portal.may(what, c.division);
end $$;
"""

# The first refusal of a minute begins a count; a later minute's enters it.
DENIALS = """
create function portal.flush_denials() returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    denied record;
    entered integer := 0;
begin
    for denied in
        delete from portal.denials as d
        where d.minute in (
            select p.minute from portal.denials as p
            where p.minute < date_trunc('minute', clock_timestamp())
            for update skip locked
        ) and d.minute < date_trunc('minute', clock_timestamp())
        returning d.minute, d.user_name, d.action, d.about, d.times
    loop
        perform ops.enter('denials', denied.user_name, denied.action, denied.about, jsonb_build_object(
            'times', denied.times,
            'minute', to_char(denied.minute at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI') || 'Z'
        )::text);
        entered := entered + 1;
    end loop;
    return entered;
end $$;

create function portal.deny(slug text, route text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform set_config('fundwatch.request', '', true);
    perform portal.flush_denials();
    insert into portal.denials as d
    values (
        date_trunc('minute', clock_timestamp()), coalesce(portal.visitor(), 'nobody'), left(slug, 60),
        left(route, 200), 1
    )
    on conflict (minute, user_name, action, about) do update set times = d.times + 1;
end $$;
"""


def upgrade() -> None:
    """Nobody was shown anything before."""
    for text in (TABLES, RAW, REVEALS, EXPORTS, DENIALS):
        op.execute(text)
    op.execute("revoke all on all functions in schema portal, ops from public")
