-- Grain: one row per employer voucher with a base, at the unit that has its tax number.
with units as (
    select
        unit_id,
        scheme,
        tax_number
    from {{ ref('units') }}
    where tax_number is not null
)

select
    units.unit_id,
    units.scheme,
    vouchers.from_month as for_month,
    vouchers.base_amount,
    vouchers.voucher_no,
    vouchers.source_file_id,
    vouchers.source_row
from {{ ref('stg_tax__voucher') }} as vouchers
inner join units
    on
        vouchers.taxpayer_no = units.tax_number
        and vouchers.scheme = units.scheme
where
    vouchers.kind = 'employer'
    and vouchers.base_amount is not null
