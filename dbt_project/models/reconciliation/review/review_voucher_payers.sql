-- Grain: one row per voucher in the month's tax files, with the employer or person paying it.
with vouchers as (
    select * from {{ ref('review_vouchers') }}
),

employers as (
    select * from {{ current_ledger('employers') }} as current_rows
),

persons as (
    select * from {{ current_ledger('persons') }} as current_rows
),

paying_persons as (
    select
        payer_id,
        scheme,
        for_month
    from {{ ref('review_contributions') }}
    where
        payer_kind = 'person'
        and left_out_reason is null
    group by payer_id, scheme, for_month
),

final as (
    select
        vouchers.voucher_no,
        vouchers.kind,
        vouchers.is_late_fee,
        vouchers.is_refund_without_original,
        vouchers.payer_kind,
        vouchers.payer_number,
        vouchers.payer_key,
        vouchers.scheme,
        vouchers.for_month,
        vouchers.payer_division,
        vouchers.amount,                                        -- yuan
        vouchers.collected_on,
        vouchers.source_file_id,
        vouchers.source_row,
        payers.payer_id,
        coalesce(payers.payer_id, vouchers.payer_number) as subject,
        payers.payer_id is null as is_unknown_payer
    from vouchers
    left join {{ voucher_payers('vouchers', 'paying_persons') }} as payers
        on vouchers.voucher_no = payers.voucher_no
)

select * from final
