"""What the portal shows live, by functions that judge the session themselves."""

from alembic import op

revision = "0031_live"
down_revision = "0030_published"

# What is not published but live: each judges the session itself, row by row of a division.
LIVE = """
create function portal.ranking(
    out publication integer, out month text, out division text, out name_zh text, out name_en text,
    out level text, out "table" text, out metric text, out numerator numeric, out denominator numeric,
    out rate numeric, out target numeric, out status text, out grade text
) returns setof record
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select
        p.number, p.month, s.division, s.name_zh, s.name_en, s.level, s.table_name, s.metric, s.numerator,
        s.denominator, s.rate, s.target, s.status, s.grade
    from ops.publication_scorecard as s
    inner join portal.current_publications() as p on p.number = s.number
    where portal.reads('ranking')
$$;

create function portal.divisions_read(
    out division text, out name_zh text, out name_en text, out level text, out parent text
) returns setof record
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select distinct on (d.division) d.division, d.name_zh, d.name_en, d.level, d.parent
    from site.divisions as d
    where d._site_version = portal.site_version()
        and d.division = any((select portal.divisions_of('divisions'))::text[])
    order by d.division, d._row
$$;

create function portal.feed_files(
    out file_id text, out feed text, out division text, out month text, out format text,
    out sequence integer, out name text, out sha256 text, out state text, out reason text,
    out rows_declared bigint, out rows_loaded bigint, out rows_quarantined bigint, out rows_repeated bigint,
    out amount_declared numeric, out amount_loaded numeric, out amount_quarantined numeric,
    out duplicate_of text, out message text, out first_seen_at timestamptz, out decided_at timestamptz
) returns setof record
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select
        f.file_id, f.feed, f.division, f.month, f.format, f.sequence, f.name, f.sha256, f.state, f.reason,
        f.rows_declared, f.rows_loaded, f.rows_quarantined, f.rows_repeated, f.amount_declared,
        f.amount_loaded, f.amount_quarantined, f.duplicate_of, f.message, f.first_seen_at, f.decided_at
    from ops.files as f
    where f.division = any((select portal.divisions_of('feed_files'))::text[])
        or (select portal.may('feed_files', null))
            and (f.division is null or f.division <> all((select portal.known_divisions())::text[]))
$$;

create function portal.runs(
    out run_id bigint, out step text, out month text, out as_of date, out started_at timestamptz,
    out ended_at timestamptz, out outcome text
) returns setof record
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select r.run_id, r.step, r.month, r.as_of, r.started_at, r.ended_at, r.outcome
    from ops.runs as r
    where (select portal.may('runs', null))
$$;

create function portal.alerts(
    out alert_id uuid, out kind text, out feed text, out format text, out division text, out month text,
    out subject text, out text_zh text, out text_en text, out raised_at timestamptz,
    out resolved_at timestamptz
) returns setof record
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select
        a.alert_id, a.kind, a.feed, a.format, a.division, a.month, a.subject, a.text_zh, a.text_en,
        a.raised_at, a.resolved_at
    from ops.alerts as a
    where a.division = any((select portal.divisions_of('alerts'))::text[])
        or (select portal.may('alerts', null))
            and a.division <> all((select portal.known_divisions())::text[])
$$;

-- As the last error list that has the issue states it now: a waiver states it anew.
create function portal.issue_states(
    ids text[] default null,
    out issue_id text, out division text, out month text, out state_now text, out until date,
    out reason text, out actor text
) returns setof record
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
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
        where listed.division = any((select portal.divisions_of('issues'))::text[])
            or (select portal.may('issues', null))
                and listed.division <> all((select portal.known_divisions())::text[]);
end $$;

-- As the last month that lists the case states it; of a point that left the data, its last event.
create function portal.case_states(
    ids text[] default null,
    out case_id text, out division text, out month text, out state_now text, out outcome_now text,
    out last_event integer
) returns setof record
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    if to_regclass('crosschecks.cases') is null then
        return;
    end if;
    return query
        with shown as materialized (
            select distinct on (c.case_id) c.case_id, c.division, c.state
            from ops.publication_cases as c
            where ids is null or c.case_id = any(ids)
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
end $$;

create function portal.case_events(
    of_case text,
    out case_id text, out number integer, out state text, out finding text, out decision text,
    out outcome text, out amount numeric, out until_on date, out note text, out actor text,
    out from_month text, out recorded_at timestamptz, out is_run boolean
) returns setof record
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select
        e.case_id, e.number, e.state, e.finding, e.decision, e.outcome, e.amount, e.until_on, e.note,
        e.actor, e.from_month, e.recorded_at, e.is_run
    from ops.case_events as e
    where e.case_id = of_case
        and exists (select from ops.publication_cases as c where c.case_id = of_case)
    order by e.number
$$;

create function portal.comments_on(
    about text, out comment_id bigint, out author text, out text text, out at timestamptz
) returns setof record
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select c.comment_id, c.author, c.text, c.at
    from portal.comments as c
    where c.about = comments_on.about
        and case split_part(c.about, '/', 1)
            when 'cases' then exists (
                select from ops.publication_cases as p where p.case_id = substr(c.about, 7)
            )
            when 'issues' then exists (
                select from ops.publication_issues as p
                where p.issue_id = substr(c.about, 8) and p.number = any(portal.current_numbers())
            )
        end
    order by c.comment_id
$$;

create function portal.users_list(
    out name text, out display text, out language text, out is_disabled boolean, out has_password boolean,
    out password_expires_at timestamptz, out must_change_password boolean, out is_bound boolean,
    out created_at timestamptz
) returns setof record
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select
        u.name, u.display, u.language, u.is_disabled, u.password_hash is not null, u.password_expires_at,
        u.must_change_password, u.oidc_subject is not null, u.created_at
    from portal.users as u
    where (select portal.may('users', null))
    order by u.name collate "C"
$$;

-- ``level`` is null where the division is no more: such a grant covers nothing.
create function portal.grants_list(
    out user_name text, out role text, out division text, out level text, out granted_at timestamptz,
    out granted_by text
) returns setof record
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select g.user_name, g.role, g.division, t.level, g.granted_at, g.granted_by
    from portal.grants as g
    left join portal.division_tree() as t on t.division = g.division and t.is_present
    where (select portal.may('users', null))
    order by g.user_name collate "C", g.role, g.division collate "C"
$$;

create function portal.sessions_list(
    out session_id text, out user_name text, out started_at timestamptz, out idle_until timestamptz,
    out ends_at timestamptz, out ended_at timestamptz, out ended_why text, out address text
) returns setof record
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select
        s.session_id, s.user_name, s.started_at, s.idle_until, s.ends_at, s.ended_at, s.ended_why, s.address
    from portal.sessions as s
    where (select portal.may('sessions', null)) or s.user_name = (select portal.visitor())
    order by s.started_at desc, s.session_id
$$;

create function portal.audit_log(
    of_stream text,
    out sequence bigint, out at timestamptz, out actor text, out action text, out object text,
    out details text, out hash text
) returns setof record
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select a.sequence, a.at, a.actor, a.action, a.object, a.details, a.hash
    from ops.audit as a
    where a.stream = of_stream and (select portal.may('audit', null))
    order by a.sequence desc
$$;
"""

KEPT_PRIVATE = "revoke all on all functions in schema portal from public"


def upgrade() -> None:
    """Make the functions; nobody but their owner may call them until roles are given their rights."""
    op.execute(LIVE)
    op.execute(KEPT_PRIVATE)
