"""Entries of banks and books that people match by hand or write off, two of them each time."""

from alembic import op

revision = "0023_hand_matches"
down_revision = "0022_declarations"

# The first act of a match says what it is about; acts that follow say what became of it.
ACTS = """
create table ops.hand_matches (
    act_id bigint generated always as identity primary key,
    match_id bigint not null check (match_id > 0),
    act text not null check (act in ('match', 'write_off', 'undo', 'withdraw', 'confirm')),
    account_no text,
    from_month text,
    entries text[],
    actor text not null check (actor <> ''),
    reason text not null default '',
    recorded_at timestamptz not null default now(),
    check ((act in ('match', 'write_off')) = (account_no is not null)),
    check ((act in ('match', 'write_off')) = (from_month is not null)),
    check ((act in ('match', 'write_off')) = (entries is not null)),
    check (act <> 'match' or cardinality(entries) > 1),
    check (act <> 'write_off' or cardinality(entries) = 1),
    check (act = 'confirm' or reason <> '')
);
create unique index hand_matches_once on ops.hand_matches (match_id) where entries is not null;
create index hand_matches_by_match on ops.hand_matches (match_id, act_id);

create function ops.refuse_hand_match_without_entry() returns trigger language plpgsql as $$
begin
    if not exists (
        select from ops.audit
        where stream = 'matches' and actor = new.actor and object = 'hand match ' || new.match_id
            and details::json ->> 'act' = new.act_id::text
    ) then
        raise exception 'what is matched by hand is entered in the audit log'
            using errcode = 'insufficient_privilege';
    end if;
    return null;
end $$;

create trigger append_only before update or delete or truncate on ops.hand_matches
    for each statement execute function ops.refuse_change();
create constraint trigger entered after insert on ops.hand_matches
    deferrable initially deferred for each row execute function ops.refuse_hand_match_without_entry();
alter table ops.hand_matches enable always trigger append_only;
alter table ops.hand_matches enable always trigger entered;
create index audit_of_hand_matches on ops.audit (object) where stream = 'matches';
"""

# A match counts from its confirmation until its undoing is confirmed.
STATES = """
create view ops.hand_match_states as
select
    proposed.match_id,
    proposed.act as kind,
    proposed.account_no,
    proposed.from_month,
    proposed.entries,
    case last.act
        when 'withdraw' then 'withdrawn'
        when 'undo' then 'undo_proposed'
        when 'confirm' then case last.former when 'undo' then 'undone' else 'in_force' end
        else 'proposed'
    end as state,
    last.act = 'undo' or last.act = 'confirm' and last.former <> 'undo' as is_in_force,
    proposed.actor as proposed_by,
    proposed.reason,
    last.actor as last_by,
    last.recorded_at as last_at
from ops.hand_matches as proposed
inner join lateral (
    select act, actor, recorded_at, lag(act) over (order by act_id) as former
    from ops.hand_matches as acts
    where acts.match_id = proposed.match_id
    order by act_id desc
    limit 1
) as last on true
where proposed.entries is not null;
"""


def upgrade() -> None:
    """Nothing was matched by hand before."""
    op.execute(ACTS)
    op.execute(STATES)
