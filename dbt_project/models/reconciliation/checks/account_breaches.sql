-- Grain: one row per breach of an account itself: not in the register, without an agreement, not
-- inspected, or an income account that kept money over the end of the month.
with accounts as (
    select * from {{ ref('fund_accounts') }}
),

last_working_day as (
    select max(day) as day
    from {{ ref('working_day_counts') }}
    where
        is_working
        and day <= {{ last_day_of(this_month()) }}
),

outstanding as (
    select
        account_no,
        sum(case when kind = 'booked_received_not_banked' then -amount else 0 end)
        - sum(case when kind = 'booked_paid_not_banked' then amount else 0 end) as book_amount
    from {{ ref('outstanding_entries') }}
    group by account_no
),

late as (
    select
        entries.account_no,
        sum(entries.amount) as amount
    from {{ ref('bank_entries') }} as entries
    cross join last_working_day
    where
        entries.booked_on > last_working_day.day
        and entries.amount > 0
    group by entries.account_no
),

kept as (
    select
        accounts.division,
        accounts.fund,
        accounts.account_no,
        statements.amount_a + coalesce(outstanding.book_amount, 0) - coalesce(late.amount, 0)
            as amount,
        'income_not_zero' as breach
    from {{ ref('balance_statement') }} as statements
    inner join accounts on statements.account_no = accounts.account_no
    left join outstanding on statements.account_no = outstanding.account_no
    left join late on statements.account_no = late.account_no
    where
        accounts.kind = 'income'
        and statements.status in ('balanced', 'old_items')
),

moved as (
    select
        account_no,
        sum(abs(amount)) as amount
    from {{ ref('bank_entries') }}
    where {{ month_of('booked_on') }} = {{ this_month() }}
    group by account_no
),

unregistered as (
    select
        balances.file_division as division,
        cast(null as {{ dbt.type_string() }}) as fund,
        balances.account_no,
        coalesce(moved.amount, 0) as amount,
        'unregistered_account' as breach
    from {{ ref('bank_balances') }} as balances
    left join accounts on balances.account_no = accounts.account_no
    left join moved on balances.account_no = moved.account_no
    where accounts.account_no is null
),

breaches as (
    select
        division,
        fund,
        account_no,
        amount,
        breach
    from kept
    where amount <> 0
    union all
    select
        division,
        fund,
        account_no,
        amount,
        breach
    from unregistered
    union all
    select
        division,
        fund,
        account_no,
        null as amount,
        'no_agreement' as breach
    from accounts
    where
        is_open_in_month
        and agreement_no is null
    union all
    select
        division,
        fund,
        account_no,
        null as amount,
        'not_inspected' as breach
    from accounts
    where
        is_open_in_month
        and (
            inspected_on is null
            or inspected_on > {{ as_of_day() }}
            or {{ year_of(as_of_day()) }} - {{ year_of('inspected_on') }}
            > case when substring({{ this_month() }}, 6, 2) <= '03' then 1 else 0 end
        )
),

final as (
    select
        'account_rules' as check_name,
        division,
        fund as scheme,
        cast(null as {{ dbt.type_string() }}) as subject,
        cast(null as {{ dbt.type_string() }}) as for_month,
        account_no,
        'bank' as party_a,
        'rule' as party_b,
        cast(amount as numeric(28, 2)) as amount_a,
        cast(case when amount is not null then 0 end as numeric(28, 2)) as amount_b,
        cast(amount as numeric(28, 2)) as difference,
        breach as status,
        '[]' as items
    from breaches
)

select * from final
