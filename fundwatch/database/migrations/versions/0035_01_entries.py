"""Acts of people as functions of the database: an entry of the audit trail, and who may act."""

from alembic import op

revision = "0035_01_entries"
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


def upgrade() -> None:
    """Entries written from here on are chained to those before; nothing that was recorded changes."""
    for text in (ENTRIES, PEOPLE):
        op.execute(text)
