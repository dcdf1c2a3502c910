"""Publications that cannot be changed, the chained audit log, and what reproducing needs to know."""

import hashlib
import json
from datetime import UTC

import sqlalchemy as sa
from alembic import op

revision = "0005_publications"
down_revision = "0004_alerts"

AUDIT = """
create table ops.audit (
    stream text not null,
    sequence bigint not null check (sequence > 0),
    at timestamptz not null,
    actor text not null,
    action text not null,
    object text not null,
    details text not null,
    previous_hash text not null,
    hash text not null,
    primary key (stream, sequence)
);
create table ops.audit_heads (
    stream text primary key,
    sequence bigint not null,
    hash text not null
);
create trigger append_only before update or delete or truncate on ops.audit
    for each statement execute function ops.refuse_change();
create trigger kept before delete or truncate on ops.audit_heads
    for each statement execute function ops.refuse_change();
"""

PUBLICATIONS = """
alter table ops.publications
    add column sha256 text not null default '',
    add column audit_head text not null default '',
    add column replay jsonb not null default '[]';

create table ops.publication_scorecard (
    number integer not null references ops.publications (number),
    division text not null,
    name_zh text not null,
    name_en text not null,
    level text not null,
    table_name text not null,
    metric text not null,
    numerator numeric,
    denominator numeric,
    rate numeric,
    target numeric,
    status text not null,
    grade text,
    primary key (number, division, table_name, metric)
);

create table ops.publication_cases (
    number integer not null references ops.publications (number),
    case_id text not null,
    rule_id text not null,
    division text,
    scheme text,
    person_id text,
    other_person_id text,
    match_class text,
    score numeric,
    first_month text,
    last_month text,
    months integer,
    amount numeric,
    state text,
    outcome text,
    evidence text,
    primary key (number, case_id)
);

create function ops.refuse_other_publication() returns trigger language plpgsql as $$
begin
    if row(
            new.number, new.month, new.content_sha256, new.sha256, new.code_version, new.site_version,
            new.as_of, new.batches, new.replay, new.not_usable, new.preparer,
            new.replaces, new.audit_head, new.prepared_at
        ) is distinct from row(
            old.number, old.month, old.content_sha256, old.sha256, old.code_version, old.site_version,
            old.as_of, old.batches, old.replay, old.not_usable, old.preparer,
            old.replaces, old.audit_head, old.prepared_at
        )
    then
        raise exception 'of a publication only the signatures change'
            using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;
create trigger only_signatures before update on ops.publications
    for each row execute function ops.refuse_other_publication();
create trigger kept before delete or truncate on ops.publications
    for each statement execute function ops.refuse_change();
"""

PARTS = ("cells", "files", "scorecard", "cases")

# What readers see: one publication a month, switched by one flag in one transaction.
PUBLISHED = """
create schema published;
create view published.publications as
    select number, month, as_of, content_sha256, sha256, not_usable, preparer, reviewer, approver, replaces,
        approved_at
    from ops.publications where is_current;
"""

# Landing keeps every row, but a row's months do not tell what they were before a later extract took the row
# out of one. What is taken out is noted here, so that a batch can be seen as it was known on an earlier day.
WITHDRAWALS = """
create table ops.landing_withdrawals (
    table_name text not null,
    file_id text not null,
    row_number bigint not null,
    from_month text not null,
    to_month text,
    withdrawn_at timestamptz not null default now()
);
create index landing_withdrawals_by_table on ops.landing_withdrawals (table_name, withdrawn_at);
create trigger append_only before update or delete or truncate on ops.landing_withdrawals
    for each statement execute function ops.refuse_change();

create function ops.note_withdrawals() returns trigger language plpgsql as $$
begin
    insert into ops.landing_withdrawals (table_name, file_id, row_number, from_month, to_month)
    select
        tg_table_name, held._file_id, held._row,
        case when held._valid_from = now_held._valid_from then now_held._valid_to else held._valid_from end,
        case when held._valid_from = now_held._valid_from then held._valid_to else now_held._valid_from end
    from before_update as held
    inner join after_update as now_held using (_file_id, _row)
    where row(held._valid_from, held._valid_to)
        is distinct from row(now_held._valid_from, now_held._valid_to);
    return null;
end $$;
"""


def upgrade() -> None:
    """Bring the schemas to this revision."""
    op.execute(AUDIT)
    _chain_former_entries()
    op.execute(PUBLICATIONS)
    op.execute(PUBLISHED)
    for part in PARTS:
        op.execute(
            f"create trigger append_only before update or delete or truncate on ops.publication_{part}"
            " for each statement execute function ops.refuse_change();"
            f" create view published.{part} as select p.month, x.* from ops.publication_{part} as x"
            " inner join ops.publications as p on p.number = x.number where p.is_current"
        )
    op.execute(WITHDRAWALS)
    production = "schemaname = 'landing' and starts_with(tablename, 'production__')"
    tables = op.get_bind().execute(sa.text(f"select tablename from pg_tables where {production}"))
    for (table,) in tables.fetchall():
        op.execute(
            f"create trigger note_withdrawals after update on landing.{table}"
            " referencing old table as before_update new table as after_update"
            " for each statement execute function ops.note_withdrawals()"
        )


def _chain_former_entries() -> None:
    """Take the entries of the former log over, in their order, and drop it."""
    bind = op.get_bind()
    rows = bind.execute(
        sa.text("select at, actor, action, subject, detail from ops.audit_log order by entry_id")
    )
    previous, sequence = "", 0
    for sequence, entry in enumerate(rows.mappings().all(), start=1):
        at, actor, action, subject = (entry[name] for name in ("at", "actor", "action", "subject"))
        details = json.dumps(entry["detail"], ensure_ascii=False, sort_keys=True)
        said = [
            "publications", sequence, at.astimezone(UTC).isoformat(timespec="microseconds"),
            actor, action, subject, details, previous,
        ]  # fmt: skip
        text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
        hashed = hashlib.sha256(text.encode()).hexdigest()
        bind.execute(
            sa.text(
                "insert into ops.audit"
                " values ('publications', :n, :at, :actor, :action, :about, :d, :p, :h)"
            ),
            {"n": sequence, "at": at, "actor": actor, "action": action, "about": subject,
             "d": details, "p": previous, "h": hashed},
        )  # fmt: skip
        previous = hashed
    if sequence:
        head = sa.text("insert into ops.audit_heads values ('publications', :n, :h)")
        bind.execute(head, {"n": sequence, "h": previous})
    op.execute("drop table ops.audit_log")
