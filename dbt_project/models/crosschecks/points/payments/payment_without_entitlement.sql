-- Grain: one row per person and scheme paid without an entitlement that exists and lasts.
with wrongs as (
    select
        paid.row_key,
        paid.person_id,
        paid.scheme,
        paid.entitlement_id,
        paid.payment_id,
        paid.for_month,
        paid.payment_amount as amount,
        paid.division,
        paid.source_file_id,
        paid.source_row
    from {{ ref('paid_payments') }} as paid
    left join {{ checked_ledger('entitlements') }} as entitlements
        on paid.entitlement_id = entitlements.entitlement_id
    where
        not paid.is_death_benefit
        and paid.for_month <= {{ this_month() }}
        and (
            entitlements.entitlement_id is null
            or entitlements.last_month < paid.for_month
        )
),

evidence_rows as (
    {{ payment_evidence() }}
    union all
    {{ ledger_evidence('AC83', 'payment_items', 'payment_id') }}
),

final as (
    select * from {{ points_of('payment_without_entitlement') }} as points
)

select * from final
