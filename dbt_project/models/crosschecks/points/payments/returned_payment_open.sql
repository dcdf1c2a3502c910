-- Grain: one row per person and scheme with a payment that came back two months ago or earlier and
-- was neither issued again nor cancelled.
with issued as (
    select
        entitlement_id,
        for_month,
        max(booked_month) as last_booked_month
    from {{ ref('paid_payments') }}
    where booked_month <= {{ this_month() }}
    group by entitlement_id, for_month
),

wrongs as (
    select
        returned.row_key,
        returned.payment_id,
        returned.person_id,
        returned.scheme,
        returned.entitlement_id,
        returned.for_month,
        returned.payment_amount as amount,
        case
            when entitlements.entitlement_id is null then persons.division
            else returned.division
        end as division,
        returned.source_file_id,
        returned.source_row
    from {{ ref('returned_payments') }} as returned
    left join {{ checked_ledger('entitlements') }} as entitlements
        on returned.entitlement_id = entitlements.entitlement_id
    left join {{ checked_ledger('persons') }} as persons
        on returned.person_id = persons.person_id
    left join issued
        on
            returned.entitlement_id = issued.entitlement_id
            and returned.for_month = issued.for_month
            and returned.booked_month <= issued.last_booked_month
    where
        returned.booked_month <= {{ month_plus(-2) }}
        and returned.for_month <= {{ this_month() }}
        and issued.entitlement_id is null
        and (entitlements.last_month is null or entitlements.last_month >= returned.for_month)
),

evidence_rows as (
    {{ payment_evidence() }}
    union all
    select
        wrongs.person_id,
        wrongs.scheme,
        'payment_return' as landed_table,
        bank.payment_id as row_key,
        bank.source_file_id,
        bank.source_row
    from wrongs
    inner join {{ ref('stg_bank__payment_return') }} as bank
        on wrongs.payment_id = bank.payment_id
    where bank.result = 'returned'
),

final as (
    select * from {{ points_of('returned_payment_open') }} as points
)

select * from final
