-- Grain: one row per credit of the month from the treasury that pays no receipt we know.
with final as (
    select
        credits.entry_id,
        fund_accounts.fiscal_division,
        credits.fund,
        credits.booked_on,
        credits.amount,                                         -- yuan
        credits.reference
    from {{ ref('treasury_credits') }} as credits
    inner join {{ ref('fund_accounts') }} as fund_accounts
        on credits.account_no = fund_accounts.account_no
    left join {{ ref('receipt_credits') }} as named on credits.entry_id = named.entry_id
    left join {{ source('reconciliation_step', 'batch_credits') }} as batches
        on credits.entry_id = batches.entry_id
    where
        named.entry_id is null
        and batches.entry_id is null
        and fund_accounts.fiscal_division is not null
        and {{ month_of('credits.booked_on') }} = {{ this_month() }}
    group by
        credits.entry_id, fund_accounts.fiscal_division, credits.fund, credits.booked_on,
        credits.amount, credits.reference
)

select * from final
