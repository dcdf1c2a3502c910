-- Grain: one row per payment (AC82), the version current in this batch.
-- Its division is its entitlement's.
{{ config(indexes=[
    {'columns': ['person_id']},
    {'columns': ['entitlement_id']},
    {'columns': ['account_no']},
]) }}

with payments as (
    select * from {{ versions_in_scope('ac82') }} as versions
),

persons as (
    select * from {{ known_persons(of='payments') }} as known
),

entitlements as (
    select * from {{ parents_of('entitlements', 'payments', 'entitlement_id') }} as parents
),

placed as (
    select
        payments.*,
        entitlements.kind,
        entitlements.division as entitlement_division,
        case
            when persons.person_id is null then 'unknown_person'
            when entitlements.entitlement_id is null then 'unknown_entitlement'
            else entitlements.orphan_reason
        end as orphan_reason
    from payments
    left join persons on payments.person_id = persons.person_id
    left join entitlements on payments.entitlement_id = entitlements.entitlement_id
),

final as (
    select
        placed.payment_id,
        placed.entitlement_id,
        placed.person_id,
        placed.scheme,
        placed.kind,
        placed.booked_month,
        placed.for_month,
        placed.payment_amount,
        placed.account_no,
        placed.channel,
        placed.result,
        coalesce(placed.result = '1', false) as is_paid,
        placed.return_reason,
        placed.handled_on,
        case when placed.orphan_reason is null then placed.entitlement_division end as division,
        placed.orphan_reason,
        {{ origin_columns('placed') }}
    from placed
)

select * from final
