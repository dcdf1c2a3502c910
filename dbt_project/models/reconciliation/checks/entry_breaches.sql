-- Grain: one row per entry of the month that breaks a rule of its account, the first that it
-- breaks; an entry of a day on which the account was not open has a row more for that.
with entries as (
    select * from {{ ref('ruled_entries') }}
),

judged as (
    select
        *,
        case
            when is_cash then 'cash'
            when amount < 0 and is_fee then 'bank_fee'
            when is_between_funds and is_interest then 'interest_elsewhere'
            when is_between_funds then 'between_funds'
            when
                account_kind = 'income' and amount < 0
                and not is_own_fiscal and not is_remit_up and not is_refund
                then 'income_outflow'
            when
                account_kind = 'expenditure' and amount > 0
                and not is_own_fiscal and not is_remit_down and not is_interest and not is_return
                then 'expenditure_inflow'
        end as breach
    from entries
),

misplaced as (
    select
        fund_accounts.division,
        fund_accounts.fund,
        cast(null as {{ dbt.type_string() }}) as counterparty_account,
        book_entries.account_no,
        book_entries.amount,
        'between_funds' as breach,
        book_entries.booked_on,
        coalesce(book_entries.reference, book_entries.voucher_no) as reference
    from {{ ref('book_entries') }} as book_entries
    inner join {{ ref('fund_accounts') }} as fund_accounts
        on book_entries.account_no = fund_accounts.account_no
    where
        book_entries.file_month = {{ this_month() }}
        and {{ month_of('book_entries.booked_on') }} = {{ this_month() }}
        and coalesce(book_entries.fund, '') <> coalesce(fund_accounts.fund, '')
),

breaches as (
    select
        division,
        fund,
        counterparty_account,
        account_no,
        amount,
        breach,
        booked_on,
        reference
    from judged
    where breach is not null
    union all
    select
        division,
        fund,
        counterparty_account,
        account_no,
        amount,
        'account_not_open' as breach,
        booked_on,
        reference
    from entries
    where is_not_open
    union all
    select
        division,
        fund,
        counterparty_account,
        account_no,
        amount,
        breach,
        booked_on,
        reference
    from misplaced
),

item_rows as (
    select
        *,
        breach as item_kind,
        amount as item_amount,
        booked_on as item_on,
        reference as item_reference,
        {{ as_of_day() }} - booked_on as item_age
    from breaches
),

final as (
    select
        'account_rules' as check_name,
        division,
        fund as scheme,
        counterparty_account as subject,
        cast(null as {{ dbt.type_string() }}) as for_month,
        account_no,
        'bank' as party_a,
        'rule' as party_b,
        cast(amount as numeric(28, 2)) as amount_a,
        cast(0 as numeric(28, 2)) as amount_b,
        cast(amount as numeric(28, 2)) as difference,
        breach as status,
        {{ single_item() }} as items
    from item_rows
)

select * from final
