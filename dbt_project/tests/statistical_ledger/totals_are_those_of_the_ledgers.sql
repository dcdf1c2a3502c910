-- Fails where a table of sums does not add up to the ledgers' rows of the month: sums are moved
-- from one month to another, and here they are made once more. `owed` is what balances count.
{{ config(group='statistics') }}

{% set owed = {
    'contributions': "is_employee and employer_id is not null and coalesce(kind, '') <> '32'",
    'unit_contributions': 'employer_id is not null',
} %}

with ledger_rows as (
    {% for ledger, condition in owed.items() %}
    select
        '{{ ledger }}' as ledger,
        {{ condition }}
        and division is not null and booked_month is not null and for_month is not null as is_owed,
        count(*) as row_count,
        sum(due_amount) as due_amount,
        sum(received_amount) as received_amount
    from {{ current_ledger(ledger) }} as {{ ledger }}
    where scheme is not null
    group by ledger, is_owed
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

signed as (
    select
        'contribution_totals' as totals,
        ledger,
        row_count,
        due_amount,
        received_amount
    from ledger_rows
    union all
    select
        'employer_balances' as totals,
        '' as ledger,
        row_count,
        due_amount,
        received_amount
    from ledger_rows
    where is_owed
    union all
    select
        'contribution_totals' as totals,
        ledger,
        -row_count as row_count,
        -due_amount as due_amount,
        -received_amount as received_amount
    from {{ ref('contribution_totals') }}
    union all
    select
        'employer_balances' as totals,
        '' as ledger,
        -row_count as row_count,
        -due_amount as due_amount,
        -received_amount as received_amount
    from {{ ref('employer_balances') }}
)

select
    totals,
    ledger
from signed
group by totals, ledger
having
    sum(row_count) <> 0
    or sum(due_amount) <> 0
    or sum(received_amount) <> 0
