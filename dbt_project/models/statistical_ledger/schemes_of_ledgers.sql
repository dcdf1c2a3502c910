-- Grain: one row per scheme that a row of the month names in a ledger that is not added up.
{{ skip_if_unchanged() }}

{% set ledgers = ['enrolments', 'entitlements', 'payments'] %}

with used as (
    {% for table in ledgers %}
    select scheme
    from {{ current_ledger(table) }} as {{ table }}
    where scheme is not null
    group by scheme
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select scheme
    from used
    group by scheme
)

select * from final
