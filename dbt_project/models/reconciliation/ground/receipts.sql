-- Grain: one row per receipt of the treasury received up to the last day of the month.
with received as (
    select * from {{ ref('stg_tax__treasury_receipt') }}
    where received_on <= {{ last_day_of(this_month()) }}
),

-- What lacks a scheme, an amount or a number says nothing about money; the summary counts it.
final as (
    select
        receipt_no,
        voucher_no,
        scheme,
        amount,                                                 -- yuan
        received_on,
        transferred_on,
        division,
        source_file_id,
        source_row
    from received
    where
        receipt_no is not null
        and scheme is not null
        and amount is not null
)

select * from final
