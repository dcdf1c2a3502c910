-- Grain: one row per person and scheme paid the same amount twice for one entitlement and month.
with sets as (
    select
        *,
        row_number() over (
            partition by entitlement_id, for_month, payment_amount
            order by booked_month nulls first, {{ by_code_point('row_key') }}
        ) as place,
        count(*) over (partition by entitlement_id, for_month, payment_amount) as payment_count
    from {{ ref('paid_payments') }}
    where
        entitlement_id is not null
        and payment_amount is not null
        and for_month <= {{ this_month() }}
),

concerned as (
    select * from sets
    where payment_count >= 2
),

-- All but one of each set.
wrongs as (
    select
        *,
        payment_amount as amount
    from concerned
    where place >= 2
),

evidence_rows as (
    {{ payment_evidence('concerned') }}
),

final as (
    select * from {{ points_of('duplicate_payment') }} as points
)

select * from final
