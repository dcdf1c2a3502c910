-- Grain: one row per entitlement, item and first month (AC61), the version current in this batch.
with items as (
    select * from {{ versions_in_scope('ac61') }} as versions
),

entitlements as (
    select * from {{ parents_of('entitlements', 'items', 'entitlement_id') }} as parents
),

final as (
    select
        items.entitlement_id,
        items.item,
        items.from_month,
        items.to_month,
        items.monthly_amount,
        items.handled_on,
        entitlements.division,
        case
            when entitlements.entitlement_id is null then 'unknown_entitlement'
            else entitlements.orphan_reason
        end as orphan_reason,
        {{ origin_columns('items') }}
    from items
    left join entitlements on items.entitlement_id = entitlements.entitlement_id
)

select * from final
