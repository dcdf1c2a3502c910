-- Grain: one row per voucher number in the files of the month before, or sent again since: as the
-- files up to that month have it.
with landed as (
    select counting.*
    from {{ counting_rows('tax', 'voucher') }} as counting
    where
        counting.file_month < {{ this_month() }}
        and (
            counting.file_month = {{ month_plus(-1) }}
            or {{ clean_code('counting.voucher_no') }} in (
                select vouchers.voucher_no
                from {{ ref('stg_tax__voucher') }} as vouchers
                where vouchers.file_month = {{ this_month() }}
            )
        )
),

{{ staged_vouchers() }}
