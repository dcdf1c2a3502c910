-- Grain: one row per fiscal division, fund and indicator whose accounts stand in the month's
-- journals: what the statistics have, and what the books.
with booked as (
    select
        fund_accounts.fiscal_division,
        fund_accounts.fund,
        case
            when fund_accounts.kind = 'expenditure' then 'benefits_paid'
            else 'contributions_received'
        end as indicator
    from {{ ref('book_balances') }} as balances
    inner join {{ ref('fund_accounts') }} as fund_accounts
        on balances.account_no = fund_accounts.account_no
    where fund_accounts.fiscal_division is not null
    group by
        fund_accounts.fiscal_division, fund_accounts.fund,
        case
            when fund_accounts.kind = 'expenditure' then 'benefits_paid'
            else 'contributions_received'
        end
),

entered as (
    select
        fund_accounts.fiscal_division,
        fund_accounts.fund,
        case
            when fund_accounts.kind = 'expenditure' then 'benefits_paid'
            else 'contributions_received'
        end as indicator,
        case
            when fund_accounts.kind = 'expenditure' then -entries.amount
            else entries.amount
        end as amount
    from {{ ref('book_entries') }} as entries
    inner join {{ ref('fund_accounts') }} as fund_accounts
        on entries.account_no = fund_accounts.account_no
    where
        entries.file_month = {{ this_month() }}
        and {{ month_of('entries.booked_on') }} = {{ this_month() }}
        and (
            fund_accounts.kind = 'expenditure'
            and entries.counter_kind = 'benefit'
            or fund_accounts.kind in ('fiscal', 'income')
            and entries.counter_kind in ('contribution', 'refund')
        )
),

books as (
    select
        fiscal_division,
        fund,
        indicator,
        sum(amount) as amount
    from entered
    group by fiscal_division, fund, indicator
),

counted as (
    select
        statistics_division as fiscal_division,
        statistics_fund as fund,
        'contributions_received' as indicator,
        received_amount as amount
    from {{ ref('placed_contributions') }}
    where
        left_out_reason is null
        and counts_in_statistics
        and statistics_division is not null
    union all
    select
        places.fiscal_division,
        places.fund,
        'benefits_paid' as indicator,
        payments.payment_amount as amount
    from {{ current_ledger('payments') }} as payments
    inner join {{ ref('fiscal_divisions') }} as places
        on
            payments.division = places.division
            and payments.scheme = places.scheme
    where
        payments.is_paid
        and payments.booked_month = {{ this_month() }}
        and payments.for_month is not null
),

statistics as (
    select
        fiscal_division,
        fund,
        indicator,
        sum(amount) as amount
    from counted
    group by fiscal_division, fund, indicator
),

final as (
    select
        booked.fiscal_division,
        booked.fund,
        booked.indicator,
        cast(coalesce(statistics.amount, 0) as numeric(28, 2)) as statistics_amount,    -- yuan
        cast(coalesce(books.amount, 0) as numeric(28, 2)) as book_amount                -- yuan
    from booked
    left join statistics
        on
            booked.fiscal_division = statistics.fiscal_division
            and booked.fund = statistics.fund
            and booked.indicator = statistics.indicator
    left join books
        on
            booked.fiscal_division = books.fiscal_division
            and booked.fund = books.fund
            and booked.indicator = books.indicator
)

select * from final
