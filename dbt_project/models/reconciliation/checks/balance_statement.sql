-- Grain: one row per account of the register that was open on a day of the month or has an entry
-- in it: the bank's balance against that of the books, and what explains the difference.
with moved as (
    select account_no
    from {{ ref('bank_entries') }}
    where {{ month_of('booked_on') }} = {{ this_month() }}
    group by account_no
    union
    select account_no
    from {{ ref('book_entries') }}
    where {{ month_of('booked_on') }} = {{ this_month() }}
    group by account_no
),

accounts as (
    select
        fund_accounts.account_no,
        fund_accounts.division,
        fund_accounts.fund,
        bank.closing_amount as bank_amount,
        book.closing_amount as book_amount
    from {{ ref('fund_accounts') }} as fund_accounts
    left join moved on fund_accounts.account_no = moved.account_no
    left join {{ ref('bank_balances') }} as bank on fund_accounts.account_no = bank.account_no
    left join {{ ref('book_balances') }} as book on fund_accounts.account_no = book.account_no
    where
        fund_accounts.is_open_in_month
        or moved.account_no is not null
),

item_rows as (
    select
        account_no,
        kind as item_kind,
        amount as item_amount,
        booked_on as item_on,
        reference as item_reference,
        age_days as item_age,
        is_old
    from {{ ref('statement_items') }}
    where month = {{ this_month() }}
),

explanations as (
    select
        account_no,
        sum(item_amount) as amount,
        max(case when is_old then 1 else 0 end) as has_old,
        {{ item_list() }} as items
    from item_rows
    group by account_no
),

judged as (
    select
        accounts.*,
        accounts.bank_amount is not null and accounts.book_amount is not null as is_received,
        coalesce(explanations.amount, 0) as explained_amount,
        coalesce(explanations.has_old, 0) = 1 as has_old,
        coalesce(explanations.items, '[]') as items
    from accounts
    left join explanations on accounts.account_no = explanations.account_no
),

final as (
    select
        'balance_statement' as check_name,
        division,
        fund as scheme,
        cast(null as {{ dbt.type_string() }}) as subject,
        cast(null as {{ dbt.type_string() }}) as for_month,
        account_no,
        'bank' as party_a,
        'book' as party_b,
        cast(bank_amount as numeric(28, 2)) as amount_a,
        cast(book_amount as numeric(28, 2)) as amount_b,
        cast(bank_amount - book_amount as numeric(28, 2)) as difference,
        case
            when not is_received then 'not_received'
            when bank_amount - book_amount <> explained_amount then 'unbalanced'
            when has_old then 'old_items'
            else 'balanced'
        end as status,
        case when is_received then items else '[]' end as items
    from judged
)

select * from final
