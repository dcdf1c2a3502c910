-- Grain: one row per person and scheme of entitlements for which more or less was paid than the
-- approved items in force say, by more than a cent in a month.
with paid as (
    select
        entitlement_id,
        for_month,
        coalesce(sum(payment_amount), 0) as paid_amount
    from {{ ref('paid_payments') }}
    where
        entitlement_id is not null
        and for_month <= {{ this_month() }}
    group by entitlement_id, for_month
),

approved as (
    select
        paid.entitlement_id,
        paid.for_month,
        sum(items.monthly_amount) as approved_amount
    from paid
    inner join {{ checked_ledger('entitlement_items') }} as items
        on
            paid.entitlement_id = items.entitlement_id
            and paid.for_month >= items.from_month
            and (items.to_month is null or paid.for_month <= items.to_month)
    group by paid.entitlement_id, paid.for_month
),

wrongs as (
    select
        entitlements.person_id,
        coalesce(entitlements.scheme, '') as scheme,            -- empty when it is no standard code
        entitlements.division,
        entitlements.entitlement_id,
        entitlements.row_key,
        paid.for_month,
        abs(paid.paid_amount - coalesce(approved.approved_amount, 0)) as amount
    from paid
    inner join {{ checked_ledger('entitlements') }} as entitlements
        on paid.entitlement_id = entitlements.entitlement_id
    left join approved
        on
            paid.entitlement_id = approved.entitlement_id
            and paid.for_month = approved.for_month
    where abs(paid.paid_amount - coalesce(approved.approved_amount, 0)) > 0.01
),

evidence_rows as (
    {{ ledger_evidence('AC60', 'entitlements', 'entitlement_id') }}
    union all
    {{ ledger_evidence('AC61', 'entitlement_items', 'entitlement_id') }}
    union all
    select
        wrongs.person_id,
        wrongs.scheme,
        'AC82' as landed_table,
        payments.row_key,
        payments.source_file_id,
        payments.source_row
    from wrongs
    inner join {{ ref('paid_payments') }} as payments
        on
            wrongs.entitlement_id = payments.entitlement_id
            and wrongs.for_month = payments.for_month
),

final as (
    select * from {{ points_of('paid_differs_from_approved') }} as points
)

select * from final
