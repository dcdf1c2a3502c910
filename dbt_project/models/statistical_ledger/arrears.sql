-- Grain: one row per employer, scheme and month paid for with money outstanding; yuan.
with employers as (
    select
        employer_id,
        division
    from {{ current_ledger('employers') }} as employers
    where division is not null
),

balances as (
    select
        employer_id,
        scheme,
        for_month,
        due_amount,
        received_amount
    from {{ ref('employer_balances') }}
    where for_month <= {{ this_month() }}
),

final as (
    select
        balances.employer_id,
        balances.scheme,
        balances.for_month,
        employers.division,
        cast(balances.due_amount as numeric(28, 2)) as due_amount,
        cast(balances.received_amount as numeric(28, 2)) as received_amount,
        cast(balances.due_amount - balances.received_amount as numeric(28, 2)) as arrears_amount
    from balances
    inner join employers on balances.employer_id = employers.employer_id
    where balances.due_amount > balances.received_amount
)

select * from final
