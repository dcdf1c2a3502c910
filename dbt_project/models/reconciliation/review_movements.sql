-- Grain: one row per voucher and per booked contribution under review; none while no tax file has arrived.
with vouchers as (
    select * from {{ ref('review_voucher_payers') }}
),

contributions as (
    select * from {{ ref('review_contributions') }}
    where
        left_out_reason is null
        and exists (
            select 1 from {{ ref('stg_tax__file') }}
            where
                file_month = {{ this_month() }}
                and format = 'tax-voucher-csv/1'
        )
),

final as (
    select
        case when is_late_fee then 'late_fee' else 'arrival_review' end as check_name,
        case when is_unknown_payer then 'unknown' else payer_kind end as payer_kind,
        subject,
        scheme,
        for_month,
        payer_division as voucher_division,
        'tax' as party,
        kind,
        voucher_no as reference,
        amount,                                                 -- yuan
        collected_on as moved_on
    from vouchers
    where
        scheme is not null
        and for_month is not null
    union all
    select
        'arrival_review' as check_name,
        payer_kind,
        payer_id as subject,
        scheme,
        for_month,
        null as voucher_division,
        'agency' as party,
        kind,
        reference,
        received_amount as amount,
        arrived_on as moved_on
    from contributions
)

select * from final
