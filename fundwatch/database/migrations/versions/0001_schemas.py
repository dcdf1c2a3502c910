"""The first warehouse: schemas, file ledger, landing, quarantine, site, quality, publications."""

from alembic import op

revision = "0001_schemas"
down_revision = None

SCHEMAS = [
    "site",
    "landing",
    "quarantine",
    "quality",
    "staging_production",
    "staging_tax",
    "staging_bank",
    "staging_civil_registry",
    "staging_finance",
    "staging_site",
    "business_ledger",
    "statistical_ledger",
    "reports",
    "reconciliation",
    "crosschecks",
]

# Columns as they arrive, all text; production months carry the batches in which a row was current.
PRODUCTION = {
    "production__aa10": ("aaa100 aaa102 aaa103 aae011 yae016 yae013"),
    "production__ab01": (
        "aab001 aab004 aab030 aab019 aab020 aab022 aaa149 aab301 aae036 aae011 yae016 yae013"
    ),
    "production__ab02": ("aab001 aae140 aab051 aab033 aae036 aae011 yae016 yae013"),
    "production__ab07": (
        "aab001 aae140 aae003 aae002 aab119 aab120 aae020 aae080 aae078 aab191 aae036 aae011 yae016 yae013"
    ),
    "production__ac01": (
        "aac001 aac002 aac003 aac004 aac006 aac007 aac009 aac013 aac058 aac060 aae138 "
        "aab301 aae036 aae011 yae016 yae013"
    ),
    "production__ac02": (
        "aaz159 aac001 aae140 aab001 aac008 aac066 aac030 aac049 aab301 aae036 aae011 yae016 yae013"
    ),
    "production__ac43": (
        "aaz223 aac001 aab001 aae140 aae002 aae003 aae041 aae042 aaa115 aac040 aae180 "
        "aae020 aae022 aae080 aae082 aae078 aab191 aae036 aae011 yae016 yae013"
    ),
    "production__ac50": ("aac001 aae140 aae240 aae201 aae036 aae011 yae016 yae013"),
    "production__ac60": (
        "aaz257 aac001 aae140 aic161 aic162 aae210 aae211 aae116 aac063 aae009 aae010 "
        "aab301 aae036 aae011 yae016 yae013"
    ),
    "production__ac61": ("aaz257 aaa036 aae041 aae042 aae019 aae036 aae011 yae016 yae013"),
    "production__ac82": (
        "aaz220 aaz257 aac001 aae140 aae002 aae003 aae019 aae010 aae145 aae117 aae357 "
        "aae036 aae011 yae016 yae013"
    ),
    "production__ac83": ("aaz220 aaa036 aae019 aae036 aae011 yae016 yae013"),
    "production__yc01": ("aac001 aae140 aae041 aae042 aae019 aae058 aae036 aae011 yae016 yae013"),
    "production__yc02": ("aac001 aae140 yae001 aae003 yab301 aae019 aae036 aae011 yae016 yae013"),
}

FILES = {
    "tax__voucher": (
        "voucher_no taxpayer_no taxpayer_name person_id_number scheme month_from month_to kind base "
        "rate amount collected_on treasury_on original_voucher_no division"
    ),
    "tax__treasury_receipt": ("receipt_no voucher_no scheme amount received_on transferred_on division"),
    "bank__statement": ("account_no currency opening_balance opening_on closing_balance closing_on"),
    "bank__statement_entry": (
        "account_no booked_on value_on amount direction counterparty_name counterparty_account "
        "reference purpose balance_after"
    ),
    "bank__payment_return": "payment_id account_no payee_name amount result reason value_on",
    "civil_registry__death_event": (
        "source source_event_id event_type id_type id_number name sex birth_date death_date "
        "death_date_precision category registered_on certificate_no division"
    ),
    "finance__deposit_journal": (
        "voucher_no booked_on account_no fund debit credit counter_kind reference memo"
    ),
    "finance__trial_balance": ("month fund subject_code subject_name opening debit credit closing"),
}

SITE = {
    "divisions": "division name_zh name_en level parent",
    "average_wages": "division year wage_kind monthly_wage published_month",
    "contribution_limits": (
        "division scheme identity wage_year wage_kind floor_ratio cap_ratio floor cap valid_from valid_to"
    ),
    "contribution_rates": (
        "division scheme identity risk_class employer_rate person_rate valid_from valid_to"
    ),
    "contribution_deadlines": "division scheme months_after day",
    "retirement_ages": (
        "scheme sex kind category identity birth_from birth_to months earliest_months "
        "latest_months min_paid_months valid_from valid_to"
    ),
    "accounts": ("account_no division fund kind bank opened_on closed_on agreement_no inspected_on"),
    "account_whitelist": "account_no reason valid_from valid_to",
    "targets": ("division scheme indicator year target_kind target unit denominator printed_percent"),
    "code_map": "source class raw standard valid_from valid_to",
    "column_map": "source table raw_column standard_column",
    "thresholds": (
        "metric table division low high target severity grace_months valid_from valid_to changed_by reason"
    ),
    "calendar": "event months_after day",
    "mortality": "sex age annual_rate",
    "senders": "feed format division public_key",
    "working_days": "day is_working reason",
}

OPS = """
create table ops.files (
    file_id text primary key,
    feed text not null,
    format text,
    division text,
    month text,
    sequence integer,
    name text not null,
    sha256 text,
    manifest_sha256 text,
    encoding text,
    state text not null check (state in
        ('waiting', 'loading', 'loaded', 'rejected', 'held', 'duplicate', 'superseded')),
    reason text not null default '',
    message text not null default '',
    rows_declared bigint,
    rows_loaded bigint,
    rows_quarantined bigint,
    rows_repeated bigint,
    amount_declared numeric(30, 2),
    amount_loaded numeric(30, 2),
    amount_quarantined numeric(30, 2),
    amount_repeated numeric(30, 2),
    normalised_count bigint not null default 0,
    duplicate_of text,
    replaces text,
    superseded_by text,
    created_at timestamptz,
    attempt bigint not null default 0,
    first_seen_at timestamptz not null default now(),
    decided_at timestamptz
);
create unique index files_one_per_slot on ops.files (feed, format, division, month, sequence, name)
    where state = 'loaded' and feed = 'production';
create unique index files_slot on ops.files (feed, format, division, month, sequence)
    where state = 'loaded' and feed <> 'production';
-- Two honest files without rows may be alike to the byte.
create unique index files_content on ops.files (feed, sha256)
    where state = 'loaded' and feed <> 'production' and rows_declared > 0;

create table ops.extracts (
    month text not null,
    sequence integer not null,
    table_name text not null,
    file_id text not null,
    source_rows bigint not null,
    source_rows_by_division jsonb not null default '{}',
    source_columns text[] not null,
    taken_at timestamptz not null default now(),
    primary key (month, sequence, table_name)
);

create table ops.runs (
    run_id bigint generated always as identity primary key,
    step text not null,
    month text not null,
    as_of date,
    site_version text,
    started_at timestamptz not null default now(),
    ended_at timestamptz,
    outcome text not null default 'running',
    detail jsonb not null default '{}'
);
create index runs_by_month on ops.runs (month, step);

create table ops.publications (
    number integer primary key,
    month text not null,
    state text not null check (state in ('draft', 'reviewed', 'approved')),
    content_sha256 text not null,
    code_version text not null,
    site_version text not null,
    as_of date not null,
    batches jsonb not null,
    not_usable text[] not null default '{}',
    preparer text not null,
    reviewer text,
    approver text,
    note text not null default '',
    replaces integer references ops.publications (number),
    is_current boolean not null default false,
    prepared_at timestamptz not null default now(),
    reviewed_at timestamptz,
    approved_at timestamptz
);
create unique index publications_one_current on ops.publications (month) where is_current;

create table ops.publication_cells (
    number integer not null references ops.publications (number),
    form text not null,
    division text not null,
    scheme text not null,
    breakdown text not null,
    cell text not null,
    label_zh text not null,
    label_en text not null,
    value numeric,
    unit text not null,
    indicator text not null,
    primary key (number, form, cell, breakdown)
);

create table ops.publication_files (
    number integer not null references ops.publications (number),
    name text not null,
    sha256 text not null,
    primary key (number, name)
);

create table ops.audit_log (
    entry_id bigint generated always as identity primary key,
    at timestamptz not null default now(),
    actor text not null,
    action text not null,
    subject text not null,
    detail jsonb not null default '{}'
);
"""

QUARANTINE = """
create table quarantine.rows (
    file_id text not null references ops.files (file_id),
    line bigint not null,
    reasons text[] not null,
    raw text not null
);
-- Not unique: a retry must not wait for the rows of an attempt that stopped before it could commit.
create index rows_by_file on quarantine.rows (file_id, line);
"""

SITE_VERSIONS = """
create table site.versions (
    site_version text primary key,
    loaded_at timestamptz not null default now()
);
"""

QUALITY = """
create table quality.scorecard (
    month text not null,
    division text not null,
    table_name text not null,
    metric text not null,
    numerator numeric,
    denominator numeric,
    rate numeric,
    target numeric,
    status text not null check (status in ('pass', 'fail', 'na')),
    grade text,
    rule_version text not null,
    primary key (month, division, table_name, metric)
);

create table quality.rule_results (
    month text not null,
    division text not null,
    table_name text not null,
    rule_id text not null,
    checked bigint not null,
    failed bigint not null,
    rule_version text not null,
    primary key (month, division, table_name, rule_id)
);

create table quality.failures (
    month text not null,
    division text not null,
    table_name text not null,
    rule_id text not null,
    key text not null,
    source_file_id text not null,
    source_row bigint not null
);
create index failures_by_month on quality.failures (month, table_name, rule_id);
"""


def upgrade() -> None:
    """Create everything; a fresh database becomes a warehouse."""
    for schema in SCHEMAS:
        op.execute(f"create schema if not exists {schema}")
    for statements in (OPS, QUARANTINE, SITE_VERSIONS, QUALITY):
        op.execute(statements)
    for table, columns in PRODUCTION.items():
        _create("landing", table, columns, "_file_id text not null, _row bigint not null, "
                "_valid_from text not null, _valid_to text")  # fmt: skip
        op.execute(f"create index on landing.{table} (_valid_from, _valid_to)")
    for table, columns in FILES.items():
        _create("landing", table, columns, "_file_id text not null, _row bigint not null")
        op.execute(f"create index on landing.{table} (_file_id)")
    for table, columns in SITE.items():
        _create("site", table, columns, "_site_version text not null references site.versions, "
                "_row bigint not null, primary key (_site_version, _row)")  # fmt: skip


def _create(schema: str, table: str, columns: str, provenance: str) -> None:
    """Create a table of text columns followed by where each row came from."""
    arrived = ", ".join(f'"{column}" text' for column in columns.split())
    op.execute(f"create table {schema}.{table} ({arrived}, {provenance})")
