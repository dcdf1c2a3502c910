-- Grain: two rows per fund and division that keeps its books: income less expense is what changed
-- the assets less the liabilities, and the deposits in the books are those of the journals.
with registered as (
    select
        fiscal_division as division,
        fund
    from {{ ref('fund_accounts') }}
    where fiscal_division is not null
    group by fiscal_division, fund
),

subjects as (
    select
        files.file_division as division,
        balances.fund,
        balances.subject_code,
        substring(balances.subject_code, 1, 1) as subject_class,
        deposits.subject_code is not null as is_deposit,
        coalesce(balances.opening_amount, 0) as opening_amount,
        coalesce(balances.debit_amount, 0) as debit_amount,
        coalesce(balances.credit_amount, 0) as credit_amount,
        coalesce(balances.closing_amount, 0) as closing_amount
    from {{ ref('stg_finance__trial_balance') }} as balances
    inner join {{ ref('stg_finance__file') }} as files on balances.source_file_id = files.file_id
    left join {{ ref('deposit_subjects') }} as deposits
        on substring(balances.subject_code, 1, 4) = deposits.subject_code
    where
        balances.file_month = {{ this_month() }}
        and balances.fund is not null
),

-- In a month in which income and expense are closed to net assets, what net assets moved is what
-- they were before.
sums as (
    select
        division,
        fund,
        sum(case when subject_class in ('1', '2') then opening_amount else 0 end) as opening_amount,
        sum(case when subject_class in ('1', '2') then closing_amount else 0 end) as closing_amount,
        sum(
            case when subject_class in ('4', '5') then credit_amount - debit_amount else 0 end
        ) as result_amount,
        sum(
            case when subject_class = '3' then credit_amount - debit_amount else 0 end
        ) as carried_amount,
        sum(
            case when subject_class in ('4', '5') then abs(closing_amount) else 0 end
        ) as uncarried_amount,
        sum(
            case
                when subject_class in ('4', '5')
                    then abs(opening_amount) + abs(debit_amount) + abs(credit_amount)
                else 0
            end
        ) as moved_amount,
        sum(case when is_deposit then closing_amount else 0 end) as deposit_amount
    from subjects
    group by division, fund
),

journals as (
    select
        fund_accounts.fiscal_division as division,
        fund_accounts.fund,
        sum(balances.closing_amount) as closing_amount
    from {{ ref('fund_accounts') }} as fund_accounts
    inner join {{ ref('book_balances') }} as balances
        on fund_accounts.account_no = balances.account_no
    where fund_accounts.fiscal_division is not null
    group by fund_accounts.fiscal_division, fund_accounts.fund
),

keys as (
    select
        division,
        fund
    from registered
    union
    select
        division,
        fund
    from sums
),

parties as (
    select
        keys.division,
        keys.fund,
        'computed' as party_a,
        'closing' as party_b,
        sums.opening_amount
        + sums.result_amount
        + case
            when sums.moved_amount > 0 and sums.uncarried_amount = 0 then sums.carried_amount else 0
        end as amount_a,
        sums.closing_amount as amount_b
    from keys
    left join sums
        on
            keys.division = sums.division
            and keys.fund = sums.fund
    union all
    select
        keys.division,
        keys.fund,
        'trial_balance' as party_a,
        'deposit_journal' as party_b,
        sums.deposit_amount as amount_a,
        journals.closing_amount as amount_b
    from keys
    left join sums
        on
            keys.division = sums.division
            and keys.fund = sums.fund
    left join journals
        on
            keys.division = journals.division
            and keys.fund = journals.fund
),

final as (
    select
        'fund_identity' as check_name,
        division,
        fund as scheme,
        cast(null as {{ dbt.type_string() }}) as subject,
        cast(null as {{ dbt.type_string() }}) as for_month,
        cast(null as {{ dbt.type_string() }}) as account_no,
        party_a,
        party_b,
        cast(amount_a as numeric(28, 2)) as amount_a,
        cast(amount_b as numeric(28, 2)) as amount_b,
        cast(amount_a - amount_b as numeric(28, 2)) as difference,
        case
            when amount_a is null or amount_b is null then 'not_received'
            when amount_a = amount_b then 'holds'
            else 'differs'
        end as status,
        '[]' as items
    from parties
)

select * from final
