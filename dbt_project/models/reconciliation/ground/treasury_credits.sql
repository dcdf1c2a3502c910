-- Grain: one row per credit of a fiscal account that comes from the treasury, up to the last day
-- of the month.
with entries as (
    select * from {{ ref('bank_entries') }}
),

final as (
    select
        entries.entry_id,
        entries.account_no,
        fund_accounts.division,
        fund_accounts.fund,
        entries.booked_on,
        entries.amount,                                         -- yuan
        entries.reference,
        entries.place
    from entries
    inner join {{ ref('fund_accounts') }} as fund_accounts
        on entries.account_no = fund_accounts.account_no
    where
        fund_accounts.kind = 'fiscal'
        and entries.amount > 0
        and (
            entries.counterparty_name like '%国库%'
            or entries.counterparty_name like '%金库%'
        )
)

select * from final
