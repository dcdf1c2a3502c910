-- Grain: one row per receipt of the treasury up to the month: with its voucher where that is one
-- of the month, and what was credited of it in the month and before.
with receipts as (
    select * from {{ ref('placed_receipts') }}
),

vouchers as (
    select * from {{ ref('placed_vouchers') }}
),

named as (
    select
        receipt_no,
        sum(
            case when {{ month_of('booked_on') }} = {{ this_month() }} then amount else 0 end
        ) as credited_now,
        sum(
            case when {{ month_of('booked_on') }} < {{ this_month() }} then amount else 0 end
        ) as credited_before
    from {{ ref('receipt_credits') }}
    group by receipt_no
),

batches as (
    select
        batch.receipt_no,
        credits.booked_on
    from {{ source('reconciliation_step', 'batch_credits') }} as batch
    inner join {{ ref('treasury_credits') }} as credits on batch.entry_id = credits.entry_id
),

final as (
    select
        receipts.receipt_no,
        receipts.voucher_no,
        vouchers.voucher_no is not null as is_of_months_voucher,
        coalesce(vouchers.scheme, receipts.fund_scheme) as scheme,
        coalesce(vouchers.fiscal_division, receipts.fiscal_division) as fiscal_division,
        receipts.amount,                                        -- yuan
        receipts.received_on,
        {{ month_of('receipts.received_on') }} = {{ this_month() }} as is_of_month,
        (named.receipt_no is not null or batches.receipt_no is not null) as is_credited,
        cast(
            case
                when named.receipt_no is not null then named.credited_now
                when {{ month_of('batches.booked_on') }} = {{ this_month() }} then receipts.amount
                else 0
            end as numeric(28, 2)
        ) as credited_now,
        cast(
            case
                when named.receipt_no is not null then named.credited_before
                when {{ month_of('batches.booked_on') }} < {{ this_month() }} then receipts.amount
                else 0
            end as numeric(28, 2)
        ) as credited_before
    from receipts
    left join vouchers on receipts.voucher_no = vouchers.voucher_no
    left join named on receipts.receipt_no = named.receipt_no
    left join batches on receipts.receipt_no = batches.receipt_no
    where coalesce(vouchers.fiscal_division, receipts.fiscal_division) is not null
)

select * from final
