"""Who may see what: users of the portal, their grants and sessions, and the functions policies ask."""

from alembic import op

revision = "0026_portal"
down_revision = "0025_statement_register"

# The schema's owner is no role that signs in: see fundwatch.access.roles, which hands it over.
TABLES = """
create schema portal;
revoke all on schema portal from public;

create table portal.users (
    name text primary key check (name ~ '^[a-z0-9][a-z0-9._-]{1,62}$'),
    display text not null default '',
    language text not null default 'zh' check (language in ('zh', 'en')),
    password_hash text,
    password_expires_at timestamptz,
    must_change_password boolean not null default false,
    oidc_subject text unique,
    is_disabled boolean not null default false,
    created_at timestamptz not null default now()
);
create table portal.grants (
    user_name text not null references portal.users (name),
    role text not null check (role in ('supervisor', 'statistician', 'auditor', 'engineer', 'admin')),
    division text not null check (division <> ''),
    granted_at timestamptz not null default now(),
    granted_by text not null,
    primary key (user_name, role, division)
);
create table portal.sessions (
    secret_sha256 bytea primary key check (octet_length(secret_sha256) = 32),
    session_id text not null unique,
    user_name text not null references portal.users (name),
    started_at timestamptz not null default now(),
    idle_until timestamptz not null,
    ends_at timestamptz not null,
    ended_at timestamptz,
    ended_why text,
    address text not null default '',
    csrf_sha256 bytea
);
create index sessions_by_user on portal.sessions (user_name, started_at) where ended_at is null;
create table portal.sign_in_failures (
    name_sha256 bytea not null,
    address text not null,
    at timestamptz not null default clock_timestamp()
);
create index sign_in_failures_by_name on portal.sign_in_failures (name_sha256, at);
create index sign_in_failures_by_address on portal.sign_in_failures (address, at);
create table portal.readers (
    relation text not null,
    role text not null check (role in ('supervisor', 'statistician', 'auditor', 'engineer', 'admin')),
    city_up boolean not null,
    primary key (relation, role)
);
create table portal.comments (
    comment_id bigint generated always as identity primary key,
    about text not null check (about ~ '^(cases|issues)/.'),
    division text not null,
    author text not null,
    text text not null check (text <> ''),
    at timestamptz not null default now()
);
create index comments_by_object on portal.comments (about, comment_id);
create trigger append_only before update or delete or truncate on portal.comments
    for each statement execute function ops.refuse_change();
"""

# Relation -> roles that read it; a role in brackets only by a grant on the city or the province.
READERS = {
    "figures": "supervisor statistician auditor",
    "scorecard": "supervisor statistician engineer",
    "rule_results": "supervisor statistician",
    "failures": "supervisor statistician",
    "issues": "supervisor auditor",
    "reconciliation": "supervisor auditor",
    "case_counts": "supervisor auditor",
    "cases": "auditor",
    "case_evidence": "auditor",
    "case_persons": "auditor",
    "traces": "statistician auditor",
    "ranking": "supervisor",
    "declarations": "supervisor",
    "divisions": "supervisor statistician auditor engineer admin",
    "publications": "(supervisor) (statistician)",
    "publication_files": "(supervisor) (statistician)",
    "draft_figures": "(supervisor) (statistician)",
    "draft_scorecard": "(supervisor) (statistician)",
    "draft_rule_results": "(supervisor) (statistician)",
    "draft_failures": "(supervisor) (statistician)",
    "draft_issues": "(supervisor)",
    "draft_reconciliation": "(supervisor)",
    "draft_case_counts": "(supervisor)",
    "draft_declarations": "(supervisor)",
    "draft_divisions": "(supervisor) (statistician)",
    "feed_files": "engineer",
    "runs": "engineer",
    "alerts": "engineer",
    "users": "admin",
    "sessions": "admin",
    "audit": "admin",
}

# A division that left divisions.csv keeps its last parent: the city goes on seeing what was published of it.
# A grant on it covers nothing any more, and grants_of_visitor() shows that by having no level for it.
FUNCTIONS = """
create function portal.masked(value text) returns text
language sql immutable strict parallel safe set search_path = pg_catalog, pg_temp as $$
    select coalesce(string_agg(
        case when part = '' then '' else '••' || right(part, least(4, length(part) / 3)) end,
        '|' order by place
    ), '')
    from unnest(string_to_array(value, '|')) with ordinality as parts (part, place)
$$;

create function portal.is_pipeline() returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
    select coalesce((
        select pg_has_role(current_user, n.nspowner, 'usage') from pg_namespace as n where n.nspname = 'ops'
    ), false)
$$;

create function portal.session_key() returns bytea
language sql stable set search_path = pg_catalog, pg_temp as $$
    select case
        when current_setting('fundwatch.session', true) ~ '^[0-9a-f]{64}$'
            then sha256(decode(current_setting('fundwatch.session', true), 'hex'))
    end
$$;

create function portal.visitor() returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select u.name
    from portal.sessions as s
    inner join portal.users as u on u.name = s.user_name
    where s.secret_sha256 = portal.session_key()
        and s.ended_at is null
        and statement_timestamp() < s.idle_until
        and statement_timestamp() < s.ends_at
        and not u.is_disabled
        and not u.must_change_password
$$;

create function portal.site_version() returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select coalesce(
        (select r.site_version from ops.runs as r inner join site.versions as v using (site_version)
            order by r.run_id desc limit 1),
        (select v.site_version from site.versions as v order by v.loaded_at desc, v.site_version limit 1)
    )
$$;

create function portal.division_tree(
    out division text, out parent text, out level text, out is_present boolean
) returns setof record
language sql stable security definer rows 30 set search_path = pg_catalog, pg_temp as $$
    select distinct on (d.division)
        d.division, d.parent, d.level, d._site_version is not distinct from portal.site_version()
    from site.divisions as d
    inner join site.versions as v on v.site_version = d._site_version
    where d.division is not null
    order by
        d.division, d._site_version is not distinct from portal.site_version() desc, v.loaded_at desc,
        d._site_version, d._row
$$;

create function portal.city() returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select t.division from portal.division_tree() as t
    where t.is_present
    order by t.level is not distinct from 'city' desc,
        not exists (
            select from portal.division_tree() as p where p.is_present and p.division = t.parent
        ) desc,
        t.division collate "C"
    limit 1
$$;

create function portal.grants_of_visitor(out role text, out division text, out level text)
returns setof record
language sql stable security definer rows 5 set search_path = pg_catalog, pg_temp as $$
    select g.role, g.division, t.level
    from portal.grants as g
    left join portal.division_tree() as t on t.division = g.division and t.is_present
    where g.user_name = portal.visitor()
    order by g.role, g.division collate "C"
$$;

create function portal.scope(relation text) returns setof text
language sql stable security definer rows 30 set search_path = pg_catalog, pg_temp as $$
    with recursive granted as (
        select g.division
        from portal.grants_of_visitor() as g
        inner join portal.readers as r on r.role = g.role and r.relation = scope.relation
        where g.level is not null and (not r.city_up or g.level in ('city', 'province'))
    ),
    tree as materialized (select t.division, t.parent from portal.division_tree() as t),
    covered as (
        select division from granted
        union
        select tree.division from tree inner join covered on covered.division = tree.parent
    )
    select division from covered
$$;

create function portal.may(relation text, division text) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select exists (
        select from portal.scope(may.relation) as s (division)
        where s.division = coalesce(may.division, portal.city())
    )
$$;
"""


def upgrade() -> None:
    """Bring the schemas to this revision; nobody but the owner may do anything with what is made here."""
    op.execute(TABLES)
    for relation, roles in READERS.items():
        for role in roles.split():
            op.execute(
                "insert into portal.readers (relation, role, city_up)"
                f" values ('{relation}', '{role.strip('()')}', {role.startswith('(')})"
            )
    op.execute(FUNCTIONS)
    op.execute("revoke all on all functions in schema portal from public")
