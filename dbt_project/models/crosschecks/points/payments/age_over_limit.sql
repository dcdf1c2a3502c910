-- Grain: one row per person and scheme paid in the last twelve months to somebody who has completed
-- more than 110 years on the as-of day.
with wrongs as (
    select
        paid.*,
        paid.payment_amount as amount
    from {{ ref('paid_payments') }} as paid
    inner join {{ checked_ledger('persons') }} as persons on paid.person_id = persons.person_id
    where
        {{ completed_years('persons.birth_on', as_of_day()) }} > 110
        and paid.for_month between {{ month_plus(-11) }} and {{ this_month() }}
),

evidence_rows as (
    {{ payment_evidence() }}
    union all
    {{ ledger_evidence('AC01', 'persons', 'person_id') }}
),

final as (
    select * from {{ points_of('age_over_limit') }} as points
)

select * from final
