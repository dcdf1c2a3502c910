-- Grain: one row per bank entry of the month on an account of the register, with what the rules
-- of its account ask of it.
with entries as (
    select * from {{ ref('bank_entries') }}
),

accounts as (
    select * from {{ ref('fund_accounts') }}
),

of_month as (
    select
        entries.*,
        accounts.division,
        accounts.fund,
        accounts.kind as account_kind,
        accounts.opened_on,
        accounts.closed_on,
        coalesce(entries.purpose, '') || ' ' || coalesce(entries.counterparty_name, '') as words
    from entries
    inner join accounts on entries.account_no = accounts.account_no
    where {{ month_of('entries.booked_on') }} = {{ this_month() }}
),

worded as (
    select
        of_month.entry_id,
        max(case when words.kind = 'cash' then 1 else 0 end) as is_cash,
        max(case when words.kind = 'fee' then 1 else 0 end) as is_fee,
        max(case when words.kind = 'interest' then 1 else 0 end) as is_interest
    from of_month
    inner join {{ ref('statement_words') }} as words
        on replace(of_month.words, words.word, '') <> of_month.words
    group by of_month.entry_id
),

matched as (
    select
        bank.entry_id,
        max(case when book_entries.counter_kind = 'fee' then 1 else 0 end) as is_fee,
        max(case when book_entries.counter_kind = 'interest' then 1 else 0 end) as is_interest,
        max(case when book_entries.counter_kind = 'remit_up' then 1 else 0 end) as is_remit_up,
        max(case when book_entries.counter_kind = 'remit_down' then 1 else 0 end) as is_remit_down
    from {{ source('reconciliation_step', 'entry_matches') }} as bank
    inner join {{ source('reconciliation_step', 'entry_matches') }} as book
        on
            bank.match_id = book.match_id
            and book.side = 'book'
    inner join {{ ref('book_entries') }} as book_entries on book.entry_id = book_entries.entry_id
    where bank.side = 'bank'
    group by bank.entry_id
),

-- What a counterparty paid in on the account before, less what it was given back.
channels as (
    select
        entry_id,
        sum(amount) over (
            partition by account_no, counterparty_account
            order by booked_on, place
            rows between unbounded preceding and 1 preceding
        ) as left_amount
    from entries
    where counterparty_account is not null
),

payments as (
    select * from {{ current_ledger('payments') }} as current_rows
),

-- What comes back of a payment: by its id, or from an account it was paid into.
returns as (
    select of_month.entry_id
    from of_month
    inner join payments on of_month.reference = payments.payment_id
    where of_month.account_kind = 'expenditure'
    union
    select of_month.entry_id
    from of_month
    inner join payments on of_month.counterparty_account = payments.account_no
    where of_month.account_kind = 'expenditure'
),

final as (
    select
        of_month.entry_id,
        of_month.account_no,
        of_month.division,
        of_month.fund,
        of_month.account_kind,
        of_month.booked_on,
        of_month.amount,                                        -- yuan
        of_month.reference,
        of_month.counterparty_account,
        coalesce(worded.is_cash, 0) = 1 as is_cash,
        coalesce(worded.is_fee, 0) + coalesce(matched.is_fee, 0) > 0 as is_fee,
        coalesce(worded.is_interest, 0) + coalesce(matched.is_interest, 0) > 0 as is_interest,
        coalesce(matched.is_remit_up, 0) = 1 as is_remit_up,
        coalesce(matched.is_remit_down, 0) = 1 as is_remit_down,
        coalesce(
            coalesce(counterparties.fund, '') <> coalesce(of_month.fund, '')
            and counterparties.account_no <> '', false
        ) as is_between_funds,
        coalesce(
            counterparties.fund = of_month.fund and counterparties.kind = 'fiscal', false
        ) as is_own_fiscal,
        coalesce(channels.left_amount >= -of_month.amount, false) as is_refund,
        coalesce(returns.entry_id = of_month.entry_id, false) as is_return,
        (
            coalesce(of_month.booked_on < of_month.opened_on, false)
            or coalesce(of_month.booked_on > of_month.closed_on, false)
        ) as is_not_open
    from of_month
    left join worded on of_month.entry_id = worded.entry_id
    left join matched on of_month.entry_id = matched.entry_id
    left join channels on of_month.entry_id = channels.entry_id
    left join accounts as counterparties
        on of_month.counterparty_account = counterparties.account_no
    left join returns on of_month.entry_id = returns.entry_id
)

select * from final
