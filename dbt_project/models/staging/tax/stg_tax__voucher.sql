-- Grain: one row per voucher number: as the file of the latest month and sequence has it.
with landed as (
    select * from {{ counting_rows('tax', 'voucher') }} as counting
),

{{ staged_vouchers() }}
