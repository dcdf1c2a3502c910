-- Grain: one row per scheme that any ledger row of the month names, and one for ALL.
{{ keep_until_changed() }}

{% set ledgers = ['enrolments', 'entitlements', 'payments'] %}

with used as (
    {% for table in ledgers %}
    select scheme
    from {{ current_ledger(table) }} as {{ table }}
    where scheme is not null
    group by scheme
    union all
    {% endfor %}
    select scheme
    from {{ ref('contribution_totals') }}
    group by scheme
    union all
    select 'ALL' as scheme
),

final as (
    select scheme
    from used
    group by scheme
)

select * from final
