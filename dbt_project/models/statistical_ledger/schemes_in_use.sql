-- Grain: one row per scheme that any ledger row of the month names, and one for ALL.
{{ skip_if_unchanged() }}

with used as (
    select scheme
    from {{ ref('schemes_of_ledgers') }}
    union all
    select scheme
    from {{ ref('contribution_totals') }}
    union all
    select 'ALL' as scheme
),

final as (
    select scheme
    from used
    group by scheme
)

select * from final
