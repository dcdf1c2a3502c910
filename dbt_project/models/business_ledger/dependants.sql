-- Grain: one row per survivor's entitlement (AC60, kind 11), the version current in this batch.
with entitlements as (
    select * from {{ current_ledger('entitlements') }} as entitlements
),

final as (
    select
        entitlements.entitlement_id,
        entitlements.person_id,
        entitlements.scheme,
        entitlements.status,
        entitlements.first_month,
        entitlements.last_month,
        entitlements.division,
        entitlements.orphan_reason,
        {{ origin_columns('entitlements') }}
    from entitlements
    where
        entitlements.kind = '11'
        {{ incremental_only("and entitlements.row_key in (select row_key from ledger_scope)") }}
)

select * from final
