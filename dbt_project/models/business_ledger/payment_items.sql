-- Grain: one row per payment and item (AC83), the version current in this batch.
-- Its division is its payment's.
{{ config(indexes=[{'columns': ['payment_id']}]) }}

with items as (
    select * from {{ versions_in_scope('ac83') }} as versions
),

payments as (
    select * from {{ parents_of('payments', 'items', 'payment_id') }} as parents
),

final as (
    select
        items.payment_id,
        items.item,
        items.item_amount,
        items.handled_on,
        payments.division,
        case
            when payments.payment_id is null then 'unknown_payment'
            else payments.orphan_reason
        end as orphan_reason,
        {{ origin_columns('items') }}
    from items
    left join payments on items.payment_id = payments.payment_id
)

select * from final
