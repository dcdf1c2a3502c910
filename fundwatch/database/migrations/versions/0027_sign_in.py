"""Signing in: credentials, failures and their limits, sessions; which publication a response is made from."""

from alembic import op

revision = "0027_sign_in"
down_revision = "0026_portal"

# A name is locked for an address a quarter of an hour from its fifth failure within one; a name for all
# addresses by 50 in an hour, an address for all names by 30. An attempt counts as failed until it succeeds:
# many at once count, too.
ATTEMPTS = """
alter table portal.sessions drop column csrf_sha256;

create function portal.attempt_begun(hashed_name bytea, from_address text) returns integer
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    pair timestamptz[];
    last_of_pair timestamptz;
    of_name timestamptz[];
    of_address timestamptz[];
    since timestamptz := clock_timestamp() - interval '1 hour';
    seconds integer := 0;
begin
    perform pg_advisory_xact_lock(hashtextextended('portal name ' || encode(hashed_name, 'hex'), 0));
    perform pg_advisory_xact_lock(hashtextextended('portal address ' || from_address, 0));
    delete from portal.sign_in_failures where at < clock_timestamp() - interval '1 day';
    select array_agg(f.at order by f.at desc), max(f.at) into pair, last_of_pair
    from portal.sign_in_failures as f
    where f.name_sha256 = hashed_name and f.address = from_address and f.at > since;
    if cardinality(pair) >= 5 and last_of_pair - pair[5] <= interval '15 minutes' then
        seconds := ceil(extract(epoch from last_of_pair + interval '15 minutes' - clock_timestamp()));
    end if;
    select array_agg(f.at) into of_name
    from portal.sign_in_failures as f where f.name_sha256 = hashed_name and f.at > since;
    select array_agg(f.at) into of_address
    from portal.sign_in_failures as f where f.address = from_address and f.at > since;
    seconds := greatest(
        seconds, portal.seconds_until_fewer(of_name, 50), portal.seconds_until_fewer(of_address, 30)
    );
    if seconds <= 0 then
        insert into portal.sign_in_failures (name_sha256, address) values (hashed_name, from_address);
        return 0;
    end if;
    return seconds;
end $$;

create function portal.seconds_until_fewer(failures timestamptz[], most integer) returns integer
language sql volatile set search_path = pg_catalog, pg_temp as $$
    select case when coalesce(cardinality(failures), 0) < most then 0 else (
        select ceil(extract(epoch from f.at + interval '1 hour' - clock_timestamp()))::integer
        from unnest(failures) as f (at) order by f.at desc offset most - 1 limit 1
    ) end
$$;

create function portal.credentials(of_name text)
returns table (password_hash text, must_change_password boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select u.password_hash, u.must_change_password from portal.users as u
    where u.name = of_name and not u.is_disabled and u.password_hash is not null
        and (u.password_expires_at is null or u.password_expires_at > clock_timestamp())
$$;

create function portal.user_of_subject(subject text) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select u.name from portal.users as u where u.oidc_subject = subject and not u.is_disabled
$$;
"""

# What a session is, with the grants that count at this moment.
SESSIONS = """
create function portal.session_described(secret_hash bytea)
returns table (
    session_id text, user_name text, display text, language text, must_change_password boolean,
    started_at timestamptz, ends_at timestamptz, grants jsonb
)
language sql stable security definer rows 1 set search_path = pg_catalog, pg_temp as $$
    select
        s.session_id, u.name, u.display, u.language, u.must_change_password, s.started_at, s.ends_at,
        coalesce((
            select jsonb_agg(
                jsonb_build_object('role', g.role, 'division', g.division, 'level', t.level)
                order by g.role, g.division collate "C"
            )
            from portal.grants as g
            left join portal.division_tree() as t on t.division = g.division and t.is_present
            where g.user_name = u.name
        ), '[]'::jsonb)
    from portal.sessions as s
    inner join portal.users as u on u.name = s.user_name
    where s.secret_sha256 = secret_hash and s.ended_at is null and not u.is_disabled
        and clock_timestamp() < s.idle_until and clock_timestamp() < s.ends_at
$$;

create function portal.session_touched(secret_hash bytea, idle interval)
returns table (
    session_id text, user_name text, display text, language text, must_change_password boolean,
    started_at timestamptz, ends_at timestamptz, grants jsonb
)
language plpgsql volatile security definer rows 1 set search_path = pg_catalog, pg_temp as $$
begin
    return query select * from portal.session_described(secret_hash);
    if found then
        -- Not at every request: half a minute of the idle time is not worth a write.
        update portal.sessions as s set idle_until = least(clock_timestamp() + idle, s.ends_at)
        where s.secret_sha256 = secret_hash and s.ended_at is null
            and s.idle_until
                < least(clock_timestamp() + idle, s.ends_at) - least(idle / 4, interval '30 seconds');
    end if;
end $$;

-- The hash the password was checked against, or null for one whose identity provider vouches: whoever was
-- disabled, or got another password, meanwhile gets no session.
create function portal.session_started(
    of_name text, checked_hash text, secret_hash bytea, new_id text, from_address text,
    idle interval, lasting interval, most integer
)
returns table (
    session_id text, user_name text, display text, language text, must_change_password boolean,
    started_at timestamptz, ends_at timestamptz, grants jsonb
)
language plpgsql volatile security definer rows 1 set search_path = pg_catalog, pg_temp as $$
begin
    perform from portal.users as u
    where u.name = of_name and not u.is_disabled
        and (checked_hash is null or u.password_hash = checked_hash)
    for update;
    if not found then
        return;
    end if;
    update portal.sessions as s set ended_at = clock_timestamp(), ended_why = 'too many'
    where s.secret_sha256 in (
        select o.secret_sha256 from portal.sessions as o
        where o.user_name = of_name and o.ended_at is null and o.idle_until > clock_timestamp()
            and o.ends_at > clock_timestamp()
        order by o.started_at desc, o.session_id offset most - 1
    );
    insert into portal.sessions (
        secret_sha256, session_id, user_name, started_at, idle_until, ends_at, address
    ) values (
        secret_hash, new_id, of_name, clock_timestamp(), clock_timestamp() + idle,
        clock_timestamp() + lasting, from_address
    );
    return query select * from portal.session_described(secret_hash);
end $$;

create function portal.failures_forgotten(hashed_name bytea, from_address text) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    delete from portal.sign_in_failures where name_sha256 = hashed_name and address = from_address
$$;

create function portal.session_ended(secret_hash bytea, why text) returns text
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    update portal.sessions set ended_at = clock_timestamp(), ended_why = why
    where secret_sha256 = secret_hash and ended_at is null
    returning user_name
$$;

create function portal.own_sessions(secret_hash bytea)
returns table (
    session_id text, started_at timestamptz, idle_until timestamptz, ends_at timestamptz, address text,
    is_this boolean
)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select o.session_id, o.started_at, o.idle_until, o.ends_at, o.address, o.secret_sha256 = secret_hash
    from portal.session_described(secret_hash) as mine
    inner join portal.sessions as o on o.user_name = mine.user_name
    where o.ended_at is null and o.idle_until > clock_timestamp() and o.ends_at > clock_timestamp()
    order by o.started_at desc, o.session_id
$$;

create function portal.own_session_ended(secret_hash bytea, of_id text) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    update portal.sessions as s set ended_at = clock_timestamp(), ended_why = 'by its user'
    from portal.session_described(secret_hash) as mine
    where s.user_name = mine.user_name and s.session_id = of_id and s.ended_at is null;
    return found;
end $$;

create function portal.language_chosen(secret_hash bytea, chosen text) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    update portal.users as u set language = chosen
    from portal.session_described(secret_hash) as mine where u.name = mine.user_name
$$;

-- A new password ends every session of its user, this one too.
create function portal.password_changed(secret_hash bytea, checked_hash text, new_hash text) returns text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    changed text;
begin
    update portal.users as u
    set password_hash = new_hash, password_expires_at = null, must_change_password = false
    from portal.session_described(secret_hash) as mine
    where u.name = mine.user_name and u.password_hash = checked_hash
    returning u.name into changed;
    update portal.sessions as s set ended_at = clock_timestamp(), ended_why = 'new password'
    where s.user_name = changed and s.ended_at is null;
    return changed;
end $$;
"""

# Numbers and months of publications are no secret to whoever is signed in; drafts are to all but two roles.
ASKED = """
create function portal.publication_asked(of_month text, of_number integer)
returns table (
    number integer, month text, state text, sha256 text, approved_at timestamptz, newer integer,
    site_zh text, site_en text
)
language sql stable security definer rows 1 set search_path = pg_catalog, pg_temp as $$
    select
        p.number, p.month, p.state, p.content_sha256, p.approved_at, c.number, coalesce(d.name_zh, ''),
        coalesce(d.name_en, d.name_zh, '')
    from ops.publications as p
    left join ops.publications as c on c.month = p.month and c.is_current and c.number > p.number
    left join site.divisions as d
        on d.division = portal.city() and d._site_version is not distinct from portal.site_version()
    where portal.visitor() is not null
        and (of_month is null or p.month = of_month)
        and (of_number is null and p.is_current or p.number = of_number)
        and (
            p.state = 'approved'
            or exists (
                select from portal.grants_of_visitor() as g
                where g.role in ('supervisor', 'statistician') and g.level in ('city', 'province')
            )
        )
    order by p.month collate "C" desc, p.number desc
    limit 1
$$;
"""


def upgrade() -> None:
    """Bring the schemas to this revision; fundwatch.access.rights says who may call what."""
    op.execute(ATTEMPTS)
    op.execute(SESSIONS)
    op.execute(ASKED)
    op.execute("revoke all on all functions in schema portal from public")
