-- Grain: one row per employer, scheme and month paid for with money outstanding; yuan.
with employers as (
    select
        employer_id,
        division
    from {{ current_ledger('employers') }} as employers
    where division is not null
),

owed as (
    select
        employer_id,
        scheme,
        for_month,
        due_amount,
        received_amount
    from {{ current_ledger('contributions') }} as contributions
    where
        is_employee
        and employer_id is not null
        and division is not null
        and scheme is not null
        and booked_month is not null
        and for_month <= {{ this_month() }}
    union all
    select
        employer_id,
        scheme,
        for_month,
        due_amount,
        received_amount
    from {{ current_ledger('unit_contributions') }} as unit_contributions
    where
        division is not null
        and scheme is not null
        and booked_month is not null
        and for_month <= {{ this_month() }}
),

balances as (
    select
        employer_id,
        scheme,
        for_month,
        sum(due_amount) as due_amount,
        sum(received_amount) as received_amount
    from owed
    group by employer_id, scheme, for_month
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
