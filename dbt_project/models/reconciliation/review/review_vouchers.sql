-- Grain: one row per voucher in the month's tax files; a refund is placed with its original, one
-- whose original is in no loaded file, or is a refund itself, with what it names.
with vouchers as (
    select * from {{ ref('stg_tax__voucher') }}
),

of_month as (
    select * from vouchers
    where file_month = {{ this_month() }}
),

final as (
    select
        voucher_no,
        kind,
        is_late_fee,
        is_refund_without_original,
        payer_kind,
        payer_number,
        payer_key,
        payer_scheme as scheme,
        payer_month as for_month,
        payer_division,
        amount,                                                 -- yuan, negative for a refund
        collected_on,
        source_file_id,
        source_row
    from {{ vouchers_with_originals('of_month', 'vouchers') }} as placed
)

select * from final
