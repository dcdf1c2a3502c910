-- Grain: one row per person dead by AC01 and scheme paid for a month after the month of that death.
with paid_after as (
    select paid.*
    from {{ ref('paid_payments') }} as paid
    inner join {{ checked_ledger('persons') }} as persons on paid.person_id = persons.person_id
    where
        persons.survival = '2'
        and paid.for_month > {{ month_of('persons.death_on') }}
        and not paid.is_death_benefit
        and paid.for_month <= {{ this_month() }}
),

wrongs as (
    {{ with_gross_amounts('paid_after') }}
),

evidence_rows as (
    {{ payment_evidence() }}
    union all
    {{ ledger_evidence('AC83', 'payment_items', 'payment_id') }}
    union all
    {{ ledger_evidence('AC01', 'persons', 'person_id') }}
    union all
    {{ death_evidence() }}
),

final as (
    select * from {{ points_of('dead_in_own_records') }} as points
)

select * from final
