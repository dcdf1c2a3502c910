"""More of a publication stored with it, and its personal values masked beside the raw ones."""

from alembic import op

revision = "0028_publication_parts"
down_revision = "0027_sign_in"

# Columns of landed rows that name nobody and point at nobody, those of the production database, then those of
# other feeds; whatever else a row has is masked.
SAFE_FIELDS = """
    aaa036 aaa102 aaa103 aaa115 aaa149 aab001 aab004 aab019 aab020 aab022 aab033 aab051 aab119 aab120 aab191
    aab301 aac004 aac007 aac008 aac009 aac013 aac030 aac040 aac049 aac058 aac060 aac063 aac066 aae002 aae003
    aae019 aae020 aae022 aae036 aae041 aae042 aae058 aae078 aae080 aae082 aae116 aae117 aae138 aae140 aae145
    aae180 aae201 aae210 aae211 aae240 aae357 aic161 aic162 yab301 yae001 yae013 yae016

    amount balance_after base booked_on category closing closing_balance closing_on collected_on
    counter_kind credit currency death_date death_date_precision debit direction division event_type fund
    id_type kind month month_from month_to opening opening_balance opening_on rate reason received_on
    registered_on result scheme sex source subject_code subject_name transferred_on treasury_on value_on
"""
# Keys of the entries of evidence and of reconciliation that are no part of a person's.
SAFE_KEYS = ("age_days", "amount", "booked_on", "kind", "source_file_id", "source_row", "table")

MASKING = """
create function portal.masked_fields(fields jsonb) returns jsonb
language sql immutable strict parallel safe set search_path = pg_catalog, pg_temp as $$
    select coalesce(jsonb_object_agg(f.key, case
        when jsonb_typeof(f.value) = 'null' or f.key = any('{{{safe_fields}}}'::text[]) then f.value
        else to_jsonb(portal.masked(f.value #>> '{{}}'))
    end), '{{}}')
    from jsonb_each(fields) as f
$$;

create function portal.masked_entries(entries text) returns text
language plpgsql immutable strict parallel safe set search_path = pg_catalog, pg_temp as $$
begin
    return (
        select coalesce(json_agg((
            select json_object_agg(f.key, case
                when json_typeof(f.value) = 'null' or f.key = any('{{{safe_keys}}}'::text[]) then f.value
                else to_json(portal.masked(f.value #>> '{{}}'))
            end)
            from json_each(e.entry) as f
        ) order by e.place), '[]')::text
        from json_array_elements(entries::json) with ordinality as e (entry, place)
    );
exception when others then
    return portal.masked(entries);
end $$;

create function portal.masked_day(day date) returns text
language sql immutable strict parallel safe set search_path = pg_catalog, pg_temp as $$
    select portal.masked(to_char(day, 'YYYY-MM-DD'))
$$;

create function portal.masked_subject(subject text) returns text
language sql immutable strict parallel safe set search_path = pg_catalog, pg_temp as $$
    select case when subject ~ '^[a-z_]*$' then subject else portal.masked(subject) end
$$;
"""

# Parts that publications prepared before do not have: ``parts`` names those a publication was stored with.
PARTS = """
alter table ops.publications add column parts text[] not null default '{}';

create table ops.publication_divisions (
    number integer not null references ops.publications (number),
    division text not null,
    name_zh text,
    name_en text,
    level text,
    parent text,
    primary key (number, division)
);
create table ops.publication_issues (
    number integer not null references ops.publications (number),
    issue_id text collate "C" not null,
    division text not null,
    table_name text not null,
    rule_id text not null,
    key text not null,
    source_file_id text not null,
    source_row bigint not null,
    first_seen text not null,
    due_on date,
    state text not null,
    corrected_on date,
    reason text,
    masked_key text generated always as (portal.masked(key)) stored,
    primary key (number, issue_id)
);
create index publication_issues_in_order on ops.publication_issues (number, division, table_name, rule_id);

create table ops.publication_reconciliation (
    number integer not null references ops.publications (number),
    place bigint not null,
    check_name text not null,
    division text,
    scheme text,
    subject text,
    for_month text,
    account_no text,
    party_a text not null,
    party_b text not null,
    amount_a numeric,
    amount_b numeric,
    difference numeric,
    status text not null,
    items text not null,
    masked_subject text generated always as (portal.masked_subject(subject)) stored,
    masked_account_no text generated always as (portal.masked(account_no)) stored,
    masked_items text generated always as (portal.masked_entries(items)) stored,
    primary key (number, place)
);
create table ops.publication_case_evidence (
    number integer not null references ops.publications (number),
    case_id text not null,
    line integer not null,
    landed_table text not null,
    division text,
    table_name text,
    key text,
    source_file_id text,
    source_row bigint,
    file_name text,
    fields jsonb,
    masked_key text generated always as (portal.masked(key)) stored,
    masked_fields jsonb generated always as (portal.masked_fields(fields)) stored,
    primary key (number, case_id, line, landed_table)
);
create table ops.publication_case_persons (
    number integer not null references ops.publications (number),
    case_id text not null,
    place integer not null,
    division text,
    person_id text not null,
    is_person boolean not null,
    name text,
    identity_number text,
    birth_on date,
    masked_person_id text generated always as (portal.masked(person_id)) stored,
    masked_name text generated always as (case when is_person then portal.masked(name) else name end) stored,
    masked_identity_number text generated always as (portal.masked(identity_number)) stored,
    masked_birth_on text generated always as (portal.masked_day(birth_on)) stored,
    primary key (number, case_id, place)
);
create index publication_case_persons_by_number
    on ops.publication_case_persons (identity_number, number) where identity_number is not null;

create table ops.publication_case_counts (
    number integer not null references ops.publications (number),
    division text,
    rule_id text not null,
    scheme text,
    state text,
    outcome text,
    cases bigint not null,
    amount numeric,
    unique nulls not distinct (number, division, rule_id, scheme, state, outcome)
);
create table ops.publication_declarations (
    number integer not null references ops.publications (number),
    item text not null,
    answer text not null,
    note text not null,
    actor text not null,
    entered_at timestamptz not null,
    primary key (number, item)
);

alter table ops.publication_cases
    add column masked_person_id text generated always as (portal.masked(person_id)) stored,
    add column masked_other_person_id text generated always as (portal.masked(other_person_id)) stored,
    add column masked_evidence text generated always as (portal.masked_entries(evidence)) stored;

create index publication_cells_by_division on ops.publication_cells (number, division);
create index publication_cases_by_case on ops.publication_cases (case_id, number);

create function ops.refuse_other_parts() returns trigger language plpgsql as $$
begin
    if new.parts is distinct from old.parts then
        raise exception 'of a publication only the signatures change'
            using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;
create trigger only_signatures_of_parts before update on ops.publications
    for each row execute function ops.refuse_other_parts();
alter table ops.publications enable always trigger only_signatures_of_parts;
"""
NEW_PARTS = (
    "divisions", "issues", "reconciliation", "case_evidence", "case_persons", "case_counts", "declarations"
)  # fmt: skip
GUARDED = """
create trigger append_only before update or delete or truncate on ops.publication_{part}
    for each statement execute function ops.refuse_change();
create trigger closed after insert on ops.publication_{part} referencing new table as added
    for each statement execute function ops.refuse_late_part();
alter table ops.publication_{part} enable always trigger append_only;
alter table ops.publication_{part} enable always trigger closed;
"""

KEPT_PRIVATE = "revoke all on all functions in schema portal from public"


def upgrade() -> None:
    """Publications prepared before lack the parts stored from now on, and say so in ``parts``."""
    op.execute(MASKING.format(safe_fields=",".join(SAFE_FIELDS.split()), safe_keys=",".join(SAFE_KEYS)))
    op.execute(PARTS)
    for part in NEW_PARTS:
        op.execute(GUARDED.format(part=part))
    op.execute(KEPT_PRIVATE)
