-- Claim: for each production table, rows current at landing = rows in its ledger + rows excluded.
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
        source_row,
        1 as landed_count,
        0 as kept_count
    from {{ ref('stg_production__landed_rows') }}
),

kept as (
    {% for table, ledger in ledgers.items() %}
    select
        '{{ table }}' as table_name,
        source_file_id,
        source_row,
        0 as landed_count,
        1 as kept_count
    from {{ current_ledger(ledger) }} as {{ ledger }}
    union all
    {% endfor %}
    select
        table_name,
        source_file_id,
        source_row,
        0 as landed_count,
        1 as kept_count
    from {{ current_ledger('excluded_rows') }} as excluded_rows
),

counted as (
    select
        table_name,
        source_file_id,
        source_row,
        landed_count,
        kept_count
    from landed
    union all
    select
        table_name,
        source_file_id,
        source_row,
        landed_count,
        kept_count
    from kept
)

select
    table_name,
    source_file_id,
    source_row
from counted
group by table_name, source_file_id, source_row
having sum(landed_count) <> 1 or sum(kept_count) <> 1
