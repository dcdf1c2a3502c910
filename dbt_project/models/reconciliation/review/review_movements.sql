-- Grain: one row per voucher and booked contribution under review; none before a tax file arrived.
with vouchers as (
    select * from {{ ref('review_voucher_payers') }}
),

files as (
    select count(*) as file_count
    from {{ ref('stg_tax__file') }}
    where
        file_month = {{ this_month() }}
        and format = 'tax-voucher-csv/1'
),

contributions as (
    select review.*
    from {{ ref('review_contributions') }} as review
    cross join files
    where
        review.left_out_reason is null
        and files.file_count > 0
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
        and amount is not null
        and not is_refund_without_original
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
