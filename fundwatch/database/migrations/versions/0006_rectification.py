"""Error lists of each month: issues that keep their identity, waivers, and declarations of the checklist."""

from alembic import op

revision = "0006_rectification"
down_revision = "0005_publications"

# One list a month; out_on and due_on are null where the site's calendar names no day.
LISTS = """
create table quality.error_lists (
    month text primary key,
    as_of date not null,
    out_on date,
    due_on date
);

create table quality.rectification (
    month text not null,
    issue_id text collate "C" not null,
    division text not null,
    table_name text not null,
    rule_id text not null,
    key text not null,
    source_file_id text not null,
    source_row bigint not null,
    first_seen text not null,
    issued_month text not null,
    due_on date,
    state text not null check (state in ('open', 'corrected', 'overdue', 'waived')),
    corrected_on date,
    reason text,
    primary key (month, issue_id),
    check ((state = 'corrected') = (corrected_on is not null))
);
create index rectification_by_issue on quality.rectification (issue_id, month);
create index rectification_corrected on quality.rectification (month) where state = 'corrected';
"""

# Entries are never changed: the last one not after a month tells whether an issue was waived in it.
WAIVERS = """
create table quality.waivers (
    waiver_id bigint generated always as identity primary key,
    issue_id text collate "C" not null,
    is_lifted boolean not null,
    from_month text not null,
    until date,
    reason text not null,
    actor text not null,
    entered_at timestamptz not null default now(),
    check (is_lifted or until is not null)
);
create index waivers_by_issue on quality.waivers (issue_id, waiver_id);
create trigger append_only before update or delete or truncate on quality.waivers
    for each statement execute function ops.refuse_change();
"""

DECLARATIONS = """
create table ops.declarations (
    declaration_id bigint generated always as identity primary key,
    month text not null,
    item text not null,
    answer text not null check (answer in ('yes', 'no', 'partly')),
    note text not null,
    actor text not null,
    entered_at timestamptz not null default now()
);
create index declarations_by_month on ops.declarations (month, item, declaration_id);
create trigger append_only before update or delete or truncate on ops.declarations
    for each statement execute function ops.refuse_change();
"""


def upgrade() -> None:
    """Bring the schemas to this revision."""
    for statements in (LISTS, WAIVERS, DECLARATIONS):
        op.execute(statements)
