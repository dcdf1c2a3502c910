-- Grain: one row per entitlement, item and first month (AC61), the version current in this batch.
with items as (
    select * from {{ current_versions('ac61') }} as items
    {{ when_narrowed("where row_key in (select row_key from ledger_scope)") }}
),

entitlements as (
    select * from {{ current_ledger('entitlements') }} as entitlements
    {{ when_narrowed("where entitlement_id in (select entitlement_id from items)") }}
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
