-- Grain: one row per person and scheme paid in cash.
with wrongs as (
    select
        *,
        payment_amount as amount
    from {{ ref('paid_payments') }}
    where
        channel = '9'
        and for_month <= {{ this_month() }}
),

evidence_rows as (
    {{ payment_evidence() }}
),

final as (
    select * from {{ points_of('paid_in_cash') }} as points
)

select * from final
