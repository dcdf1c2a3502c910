-- Grain: one row per item between tax and treasury, or treasury and fiscal account; what is of late
-- fees is marked.
with vouchers as (
    select * from {{ ref('placed_vouchers') }}
    where fiscal_division is not null
),

receipts as (
    select * from {{ ref('month_receipts') }}
),

received as (
    select
        voucher_no,
        sum(case when is_of_month then amount end) as amount_now,
        sum(case when not is_of_month then amount end) as amount_before
    from receipts
    where voucher_no is not null
    group by voucher_no
),

collected as (
    select
        vouchers.*,
        received.amount_now,
        received.amount_before,
        vouchers.amount - coalesce(received.amount_now, 0) - coalesce(received.amount_before, 0)
            as rest
    from vouchers
    left join received on vouchers.voucher_no = received.voucher_no
),

items as (
    -- A voucher the treasury has no receipt of.
    select
        'tax' as party,
        fiscal_division,
        fund,
        is_late_fee,
        case when {{ in_last_days('collected_on') }} then 'timing' else 'open' end as item_kind,
        amount as item_amount,
        collected_on as item_on,
        voucher_no as item_reference
    from collected
    where
        amount_now is null
        and amount_before is null
    union all
    -- What of it was received in an earlier month.
    select
        'tax' as party,
        fiscal_division,
        fund,
        is_late_fee,
        'timing' as item_kind,
        case when amount_now is null then amount else amount_before end as item_amount,
        collected_on as item_on,
        voucher_no as item_reference
    from collected
    where amount_before is not null
    union all
    select
        'tax' as party,
        fiscal_division,
        fund,
        is_late_fee,
        'amount_differs' as item_kind,
        rest as item_amount,
        collected_on as item_on,
        voucher_no as item_reference
    from collected
    where
        amount_now is not null
        and rest <> 0
    union all
    -- A receipt of no voucher, or of an earlier month's.
    select
        'tax' as party,
        fiscal_division,
        fund,
        is_late_fee,
        case when voucher_no is null then 'open' else 'timing' end as item_kind,
        -amount as item_amount,
        received_on as item_on,
        coalesce(voucher_no, receipt_no) as item_reference
    from receipts
    where
        is_of_month
        and not is_of_months_voucher
    union all
    -- A receipt the fiscal account was not credited for.
    select
        'treasury' as party,
        fiscal_division,
        fund,
        is_late_fee,
        case when {{ in_last_days('received_on') }} then 'timing' else 'open' end as item_kind,
        amount as item_amount,
        received_on as item_on,
        receipt_no as item_reference
    from receipts
    where
        is_of_month
        and not is_credited
    union all
    select
        'treasury' as party,
        fiscal_division,
        fund,
        is_late_fee,
        'timing' as item_kind,
        case when credited_now = 0 then amount else credited_before end as item_amount,
        received_on as item_on,
        receipt_no as item_reference
    from receipts
    where
        is_of_month
        and credited_before <> 0
    union all
    select
        'treasury' as party,
        fiscal_division,
        fund,
        is_late_fee,
        'amount_differs' as item_kind,
        amount - credited_now - credited_before as item_amount,
        received_on as item_on,
        receipt_no as item_reference
    from receipts
    where
        is_of_month
        and is_credited
        and amount <> credited_now + credited_before
        and (credited_now <> 0 or credited_before = 0)
    union all
    -- An earlier month's receipt credited now.
    select
        'treasury' as party,
        fiscal_division,
        fund,
        is_late_fee,
        'timing' as item_kind,
        -credited_now as item_amount,
        received_on as item_on,
        receipt_no as item_reference
    from receipts
    where
        not is_of_month
        and credited_now <> 0
    union all
    select
        'treasury' as party,
        fiscal_division,
        fund,
        false as is_late_fee,
        'open' as item_kind,
        -amount as item_amount,
        booked_on as item_on,
        reference as item_reference
    from {{ ref('lone_credits') }}
),

final as (
    select
        party,
        fiscal_division,
        fund,
        is_late_fee,
        item_kind,
        cast(item_amount as numeric(28, 2)) as item_amount,     -- yuan
        item_on,
        item_reference
    from items
)

select * from final
