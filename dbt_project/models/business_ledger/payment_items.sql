-- Grain: one row per payment and item (AC83), the version current in this batch.
-- Its division is its payment's.
with items as (
    select * from {{ current_versions('ac83') }} as items
    {{ when_narrowed("where row_key in (select row_key from ledger_scope)") }}
),

payments as (
    select * from {{ current_ledger('payments') }} as payments
    {{ when_narrowed("where payment_id in (select payment_id from items)") }}
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
