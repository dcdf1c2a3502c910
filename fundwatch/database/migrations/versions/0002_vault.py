"""What the vault and the operators of files need."""

from alembic import op

revision = "0002_vault"
down_revision = "0001_schemas"

# What was decided stays on record: history and releases can be added to, nothing else.
STATEMENTS = """
alter table ops.files
    add column byte_count bigint,
    add column run_month text,
    add column decided_by text not null default '';

create table ops.inbox_seen (
    feed text not null,
    place text not null,
    stamp text not null,
    sha256 text not null,
    primary key (feed, place)
);

create table ops.file_events (
    event_id bigint generated always as identity primary key,
    file_id text not null,
    at timestamptz not null default clock_timestamp(),
    attempt bigint not null,
    event text not null,
    reason text not null default '',
    message text not null default '',
    actor text not null default ''
);
create index file_events_by_file on ops.file_events (file_id, event_id);

create table ops.releases (
    release_id bigint generated always as identity primary key,
    file_id text not null,
    held_by text not null,
    released_by text not null check (released_by <> ''),
    reason text not null check (reason <> ''),
    released_at timestamptz not null default clock_timestamp()
);
create unique index releases_one_per_file on ops.releases (file_id);

create function ops.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'ops.% is append-only', tg_table_name using errcode = 'insufficient_privilege';
end $$;
create trigger append_only before update or delete or truncate on ops.file_events
    for each statement execute function ops.refuse_change();
create trigger append_only before update or delete or truncate on ops.releases
    for each statement execute function ops.refuse_change();
"""


def upgrade() -> None:
    """Bring the schemas to this revision."""
    op.execute(STATEMENTS)
