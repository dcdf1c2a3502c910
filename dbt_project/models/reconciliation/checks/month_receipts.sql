-- Grain: one row per receipt of the treasury up to the month that pools at a fiscal division, with
-- what was credited of it in the month and before.
with receipts as (
    select * from {{ ref('placed_receipts') }}
    where fiscal_division is not null
),

credited as (
    select
        receipt_no,
        sum(
            case when {{ month_of('booked_on') }} = {{ this_month() }} then amount else 0 end
        ) as credited_now,
        sum(
            case when {{ month_of('booked_on') }} < {{ this_month() }} then amount else 0 end
        ) as credited_before
    from {{ ref('credit_parts') }}
    group by receipt_no
),

final as (
    select
        receipts.receipt_no,
        receipts.voucher_no,
        receipts.is_of_months_voucher,
        receipts.fund,
        receipts.fiscal_division,
        receipts.amount,                                        -- yuan
        receipts.received_on,
        receipts.is_late_fee,
        {{ month_of('receipts.received_on') }} = {{ this_month() }} as is_of_month,
        credited.receipt_no is not null as is_credited,
        cast(coalesce(credited.credited_now, 0) as numeric(28, 2)) as credited_now,
        cast(coalesce(credited.credited_before, 0) as numeric(28, 2)) as credited_before
    from receipts
    left join credited on receipts.receipt_no = credited.receipt_no
)

select * from final
