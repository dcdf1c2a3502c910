-- Claim: for each production table and extract, the rows current at landing are those of its ledger
-- and those excluded: as many, and with the same positions in sum.
{% set ledgers = {
    'AB01': 'employers',
    'AB02': 'employer_enrolments',
    'AB07': 'unit_contributions',
    'AC01': 'persons',
    'AC02': 'enrolments',
    'AC43': 'contributions',
    'AC50': 'personal_accounts',
    'AC60': 'entitlements',
    'AC61': 'entitlement_items',
    'AC82': 'payments',
    'AC83': 'payment_items',
    'YC01': 'impostor_claims',
    'YC02': 'transfers',
} %}
with landed as (
    select
        table_name,
        source_file_id,
        count(*) as row_count,
        sum(source_row) as positions
    from {{ ref('stg_production__landed_rows') }}
    group by table_name, source_file_id
),

kept as (
    {% for table, ledger in ledgers.items() %}
    select
        '{{ table }}' as table_name,
        source_file_id,
        count(*) as row_count,
        sum(source_row) as positions
    from {{ current_ledger(ledger) }} as {{ ledger }}
    group by source_file_id
    union all
    {% endfor %}
    select
        table_name,
        source_file_id,
        count(*) as row_count,
        sum(source_row) as positions
    from {{ current_ledger('excluded_rows') }} as excluded_rows
    group by table_name, source_file_id
),

counted as (
    select
        table_name,
        source_file_id,
        row_count,
        positions
    from landed
    union all
    select
        table_name,
        source_file_id,
        -row_count as row_count,
        -positions as positions
    from kept
)

select
    table_name,
    source_file_id,
    sum(row_count) as missing_count
from counted
group by table_name, source_file_id
having sum(row_count) <> 0 or sum(positions) <> 0
