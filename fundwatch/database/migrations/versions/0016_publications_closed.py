"""A publication is closed once it is prepared, but for its signatures, in order and each with its entry."""

from alembic import op

revision = "0016_publications_closed"
down_revision = "0015_feeds_apart"

PARTS = ("cells", "files", "scorecard", "cases", "rules", "failures", "content")
SIGNED = ("signatures", "signed_files")

# now() is the beginning of a transaction: a publication and its parts are written in one.
FUNCTIONS = """
create function ops.refuse_late_part() returns trigger language plpgsql as $$
begin
    if exists (
        select from added
        where not exists (
            select from ops.publications as p where p.number = added.number and p.prepared_at = now()
        )
    ) then
        raise exception 'of a publication nothing is added once it is prepared'
            using errcode = 'insufficient_privilege';
    end if;
    return null;
end $$;

create function ops.refuse_late_signature() returns trigger language plpgsql as $$
declare is_late boolean;
begin
    execute format(
        'select exists (select from added left join ops.publications as p on p.number = added.number'
        ' where p.state is distinct from ''approved'' or exists (select from %I.%I as held'
        ' where held.number = added.number and held.xmin <> pg_current_xact_id()::xid))',
        tg_table_schema, tg_table_name
    ) into is_late;
    if is_late then
        raise exception 'the signed edition of an approved publication is written once'
            using errcode = 'insufficient_privilege';
    end if;
    return null;
end $$;

create function ops.refuse_ready_made_publication() returns trigger language plpgsql as $$
begin
    if new.state <> 'draft' or new.is_current or new.prepared_at <> now() or new.note <> ''
        or num_nonnulls(new.reviewer, new.approver, new.reviewed_at, new.approved_at) > 0
    then
        raise exception 'a publication begins as a draft that nobody has signed'
            using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;

create function ops.refuse_signature_out_of_order() returns trigger language plpgsql as $$
declare
    reviews boolean := old.state = 'draft' and new.state = 'reviewed' and new.reviewer <> ''
        and new.reviewed_at = now() and new.reviewer <> old.preparer
        and row(new.approver, new.approved_at, new.is_current)
            is not distinct from row(old.approver, old.approved_at, old.is_current);
    approves boolean := old.state = 'reviewed' and new.state = 'approved' and new.approver <> ''
        and new.approved_at = now() and new.approver not in (old.preparer, old.reviewer) and new.is_current
        and row(new.reviewer, new.reviewed_at) is not distinct from row(old.reviewer, old.reviewed_at);
    gives_way boolean := old.is_current and not new.is_current
        and row(new.state, new.reviewer, new.reviewed_at, new.approver, new.approved_at, new.note)
            is not distinct from
            row(old.state, old.reviewer, old.reviewed_at, old.approver, old.approved_at, old.note);
begin
    if not coalesce(reviews, false) and not coalesce(approves, false) and not coalesce(gives_way, false) then
        raise exception 'a publication is signed by its reviewer, then by its approver, once each'
            using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;

create function ops.refuse_signature_without_entry() returns trigger language plpgsql as $$
begin
    if new.state is distinct from old.state and not exists (
        select from ops.audit
        where stream = 'publications' and object = 'publication ' || new.number
            and action = 'publication ' || new.state
            and actor = case new.state when 'reviewed' then new.reviewer else new.approver end
            and at >= now()
    ) then
        raise exception 'a signature is entered in the audit log' using errcode = 'insufficient_privilege';
    end if;
    if exists (
        select from ops.publications as p
        where p.month = new.month and p.is_current is distinct from (p.number = (
            select max(approved.number) from ops.publications as approved
            where approved.month = new.month and approved.state = 'approved'
        ))
        and (p.is_current or p.state = 'approved')
    ) then
        raise exception 'the publication of a month approved last is its current one'
            using errcode = 'insufficient_privilege';
    end if;
    return null;
end $$;
"""

TRIGGERS = """
create trigger begins_as_draft before insert on ops.publications
    for each row execute function ops.refuse_ready_made_publication();
create trigger signed_in_order before update on ops.publications
    for each row execute function ops.refuse_signature_out_of_order();
create constraint trigger signed_with_entry after update on ops.publications
    deferrable initially deferred for each row execute function ops.refuse_signature_without_entry();
"""
PART_TRIGGER = """
create trigger closed after insert on ops.publication_{part} referencing new table as added
    for each statement execute function ops.refuse_late_{what}();
"""
# "Always": a session that puts triggers off with session_replication_role does not put off these.
ALWAYS = "alter table ops.{table} enable always trigger {trigger}"
GUARDS = {
    "publications": ("begins_as_draft", "signed_in_order", "signed_with_entry", "only_signatures", "kept"),
    **{f"publication_{part}": ("append_only", "closed") for part in (*PARTS, *SIGNED)},
    "audit": ("append_only",),
    "audit_heads": ("kept",),
}


def upgrade() -> None:
    """Bring the schemas to this revision."""
    op.execute(FUNCTIONS)
    op.execute(TRIGGERS)
    for part in PARTS:
        op.execute(PART_TRIGGER.format(part=part, what="part"))
    for part in SIGNED:
        op.execute(PART_TRIGGER.format(part=part, what="signature"))
    for table, triggers in GUARDS.items():
        for trigger in triggers:
            op.execute(ALWAYS.format(table=table, trigger=trigger))
