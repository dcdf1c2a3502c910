-- Grain: one row per person and scheme paid as survivor after the 18th birthday, or from an
-- entitlement of 110 that should not have begun: after September 2021 survivors get a lump sum.
with survivors as (
    select
        paid.*,
        paid.payment_amount as amount,
        entitlements.scheme as entitled_scheme,
        entitlements.first_month,
        {{ months_after(month_of('persons.birth_on'), 216) }} as adult_month
    from {{ ref('paid_payments') }} as paid
    inner join {{ checked_ledger('entitlements') }} as entitlements
        on paid.entitlement_id = entitlements.entitlement_id
    left join {{ checked_ledger('persons') }} as persons on paid.person_id = persons.person_id
    where
        paid.kind = '11'
        and paid.for_month <= {{ this_month() }}
),

wrongs as (
    select *
    from survivors
    where
        (first_month < adult_month and for_month > adult_month)
        or (entitled_scheme = '110' and first_month > '2021-09' and not is_death_benefit)
),

evidence_rows as (
    {{ payment_evidence() }}
    union all
    {{ ledger_evidence('AC01', 'persons', 'person_id') }}
),

final as (
    select * from {{ points_of('survivor_still_paid') }} as points
)

select * from final
