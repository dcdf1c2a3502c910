"""Users: who makes, grants, disables them; what of signing in is entered; what a probe asks."""

from alembic import op

revision = "0037_users"
down_revision = "0036_reveals"

# ``…_by`` does it for somebody who is named; only the pipeline, and the function without it, call it.
ACTS = """
create function portal.require_user(of_name text) returns void
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    if not exists (select from portal.users as u where u.name = of_name) then
        raise exception 'there is no user of this name' using errcode = 'FW404', hint = 'List the users';
    end if;
end $$;

create function portal.user_added_by(
    who text, of_name text, shown text, hash text, expires timestamptz
) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    if of_name !~ '^[a-z0-9][a-z0-9._-]{1,62}$' then
        raise exception 'a user name has 2 to 63 small letters, figures, dots, underscores and hyphens'
            using errcode = 'FW422', hint = 'Choose such a name';
    end if;
    insert into portal.users (name, display, password_hash, password_expires_at, must_change_password)
    values (of_name, shown, hash, expires, expires is not null)
    on conflict (name) do nothing;
    if not found then
        raise exception 'there is a user of this name already'
            using errcode = 'FW422', hint = 'Choose another name, or grant the user the role';
    end if;
    perform portal.enter('users', who, 'add', concat('user ', of_name), '{}');
end $$;

create function portal.user_granted_by(who text, of_name text, new_role text, in_division text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform portal.require_user(of_name);
    if new_role not in ('supervisor', 'statistician', 'auditor', 'engineer', 'admin') then
        raise exception 'there is no such role'
            using errcode = 'FW422', hint = 'Name supervisor, statistician, auditor, engineer or admin';
    end if;
    if not exists (
        select from portal.division_tree() as t where t.is_present and t.division = in_division
    ) then
        raise exception 'the site has no such division'
            using errcode = 'FW422', hint = 'Name a code of divisions.csv';
    end if;
    insert into portal.grants (user_name, role, division, granted_by)
    values (of_name, new_role, in_division, who) on conflict do nothing;
    if found then
        perform portal.enter('users', who, 'grant', concat('user ', of_name),
            json_build_object('division', in_division, 'role', new_role)::text);
    end if;
end $$;

create function portal.user_revoked_by(who text, of_name text, old_role text, in_division text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform portal.require_user(of_name);
    delete from portal.grants as g
    where g.user_name = of_name and g.role = old_role and g.division = in_division;
    if not found then
        raise exception 'the user has no such grant' using errcode = 'FW404', hint = 'List the users';
    end if;
    perform portal.enter('users', who, 'revoke', concat('user ', of_name),
        json_build_object('division', in_division, 'role', old_role)::text);
end $$;

create function portal.user_disabled_by(who text, of_name text, disabled boolean) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform portal.require_user(of_name);
    update portal.users as u set is_disabled = disabled where u.name = of_name and u.is_disabled <> disabled;
    if found then
        perform portal.enter('users', who, case when disabled then 'disable' else 'enable' end,
            concat('user ', of_name), '{}');
    end if;
    if disabled then
        perform portal.sessions_ended_of(of_name, 'disabled');
    end if;
end $$;

create function portal.user_password_by(who text, of_name text, hash text, expires timestamptz) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform portal.require_user(of_name);
    update portal.users as u
    set password_hash = hash, password_expires_at = expires, must_change_password = expires is not null
    where u.name = of_name;
    perform portal.sessions_ended_of(of_name, 'new password');
    perform portal.enter('users', who, 'password', concat('user ', of_name), '{}');
end $$;

create function portal.user_sessions_ended_by(who text, of_name text) returns integer
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare ended integer;
begin
    perform portal.require_user(of_name);
    ended := portal.sessions_ended_of(of_name, 'by an administrator');
    perform portal.enter('users', who, 'end sessions', concat('user ', of_name),
        json_build_object('sessions', ended)::text);
    return ended;
end $$;

create function portal.user_bound_by(who text, of_name text, subject text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform portal.require_user(of_name);
    if exists (select from portal.users as u where u.oidc_subject = subject and u.name <> of_name) then
        raise exception 'the subject is bound to another user'
            using errcode = 'FW422', hint = 'Bind that user to none first';
    end if;
    -- Whom the provider vouches for has no password beside it: it would go around a second factor.
    update portal.users as u
    set oidc_subject = nullif(subject, ''),
        password_hash = case when subject = '' then u.password_hash end,
        password_expires_at = case when subject = '' then u.password_expires_at end,
        must_change_password = subject = '' and u.must_change_password
    where u.name = of_name;
    perform portal.enter('users', who, case when subject = '' then 'unbind' else 'bind' end,
        concat('user ', of_name), '{}');
end $$;

create function portal.sessions_ended_of(of_name text, why text) returns integer
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    with ended as (
        update portal.sessions as s set ended_at = clock_timestamp(), ended_why = why
        where s.user_name = of_name and s.ended_at is null
        returning 1
    )
    select count(*)::integer from ended
$$;
"""

# An administrator changes users whose every grant is in divisions of the administrator's own, and never the
# own one; a user without a grant is everybody's who administers.
JUDGED = """
create function portal.administering(of_name text, in_division text) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare who text := portal.visitor();
begin
    if who is null then
        raise exception 'there is no live session' using errcode = 'FW401', hint = 'Sign in again';
    end if;
    if not exists (select from portal.scope('users')) then
        raise exception 'there is no such thing' using errcode = 'FW404', hint = 'List the users';
    end if;
    if of_name = who then
        raise exception 'nobody changes the own grants, password or state as an administrator'
            using errcode = 'FW403', hint = 'Ask another administrator';
    end if;
    if exists (
        select from portal.grants as g
        where g.user_name = of_name and g.division not in (select portal.scope('users'))
    ) or in_division is not null and in_division not in (select portal.scope('users')) then
        raise exception 'the user, or the division, is not one of yours'
            using errcode = 'FW403', hint = 'Ask an administrator of the city';
    end if;
    return who;
end $$;

create function portal.user_added(of_name text, shown text, hash text, expires timestamptz) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    select portal.user_added_by(portal.administering(of_name, null), of_name, shown, hash, expires)
$$;
create function portal.user_granted(of_name text, new_role text, in_division text) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    select portal.user_granted_by(
        portal.administering(of_name, in_division), of_name, new_role, in_division
    )
$$;
create function portal.user_revoked(of_name text, old_role text, in_division text) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    select portal.user_revoked_by(
        portal.administering(of_name, in_division), of_name, old_role, in_division
    )
$$;
create function portal.user_disabled(of_name text, disabled boolean) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    select portal.user_disabled_by(portal.administering(of_name, null), of_name, disabled)
$$;
create function portal.user_password(of_name text, hash text, expires timestamptz) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    select portal.user_password_by(portal.administering(of_name, null), of_name, hash, expires)
$$;
create function portal.user_sessions_ended(of_name text) returns integer
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    select portal.user_sessions_ended_by(portal.administering(of_name, null), of_name)
$$;
"""

# Of whoever is no user, not even the name is kept: it may be a password in the wrong field.
SIGN_INS = """
create function portal.sign_in_entered(what text, of_name text, request text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare known text := (select u.name from portal.users as u where u.name = of_name);
begin
    if what not in ('in', 'failed', 'locked', 'out', 'ended') then
        raise exception 'no such entry' using errcode = 'FW422', hint = 'Name one of five';
    end if;
    perform portal.enter('signins', coalesce(known, 'unknown'), what,
        coalesce('user ' || known, 'nobody'), json_build_object('request', request)::text);
end $$;

create function portal.revision() returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    return (select v.version_num from ops.schema_version as v);
end $$;

-- Nothing is entered: the caller's transaction is rolled back.
create function portal.audit_tried() returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    select portal.enter('signins', 'probe', 'probe', 'probe', '{}')
$$;

create function portal.gauges(out sessions bigint, out publication integer)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select
        (select count(*) from portal.sessions as s
            where s.ended_at is null and s.idle_until > clock_timestamp() and s.ends_at > clock_timestamp()),
        coalesce((select max(p.number) from ops.publications as p where p.is_current), 0)
$$;
"""


def upgrade() -> None:
    """Bring the schemas to this revision; fundwatch.access.rights says who may call what."""
    op.execute(ACTS)
    op.execute(JUDGED)
    op.execute(SIGN_INS)
    op.execute("revoke all on all functions in schema portal from public")
