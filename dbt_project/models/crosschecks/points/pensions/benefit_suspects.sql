-- Grain: one row per person id whose benefits can exclude each other, or contributions: paid from
-- two entitlements, or an injury allowance, a contributing employee, or one of two ids of a human.
with paid as (
    select
        person_id,
        payment_id,
        entitlement_id
    from {{ ref('paid_payments') }}
    where
        person_id is not null
        and for_month <= {{ this_month() }}
),

paid_twice as (
    select person_id
    from paid
    group by person_id
    having min(coalesce(entitlement_id, '')) <> max(coalesce(entitlement_id, ''))
),

-- An allowance may stand in a payment of the pension itself.
allowed as (
    select paid.person_id
    from {{ checked_ledger('payment_items') }} as items
    inner join paid on items.payment_id = paid.payment_id
    where items.item = '401'
    group by paid.person_id
),

employees as (
    select person_id
    from {{ ref('contributed_months') }}
    where
        scheme in ('110', '120')
        and enrolment_identity = '11'
    group by person_id
),

final as (
    select person_id
    from paid_twice
    union distinct
    select person_id
    from allowed
    union distinct
    select person_id
    from employees
    union distinct
    select member_id as person_id
    from {{ ref('humans') }}
)

select * from final
