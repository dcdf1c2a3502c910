-- Grain: one row per receipt and credit that names it: the reference is the receipt's number, the
-- account one of its fund.
with receipts as (
    select * from {{ ref('placed_receipts') }}
),

credits as (
    select * from {{ ref('treasury_credits') }}
),

final as (
    select
        receipts.receipt_no,
        credits.entry_id,
        credits.account_no,
        credits.booked_on,
        credits.amount                                          -- yuan
    from receipts
    inner join credits
        on
            receipts.receipt_no = credits.reference
            and receipts.fund = credits.fund
)

select * from final
