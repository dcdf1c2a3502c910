-- Grain: one row per employer, scheme and month paid for with a balance: what is due is more than
-- what arrived, as the indicator arrears has it.
with employers as (
    select
        employer_id,
        division
    from {{ current_ledger('employers') }} as current_rows
    where division is not null
),

movements as (
    select
        employer_id,
        scheme,
        for_month,
        due_amount,
        received_amount
    from {{ current_ledger('contributions') }} as contributions
    where
        is_employee
        and division is not null
        and coalesce(kind, '') <> '32'
        and booked_month is not null
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
        and booked_month is not null
),

balances as (
    select
        employer_id,
        scheme,
        for_month,
        sum(due_amount) as due_amount,                          -- yuan
        sum(received_amount) as received_amount                 -- yuan
    from movements
    where
        employer_id is not null
        and scheme is not null
        and for_month <= {{ this_month() }}
    group by employer_id, scheme, for_month
    having sum(due_amount) > sum(received_amount)
),

final as (
    select
        balances.employer_id,
        employers.division,
        balances.scheme,
        balances.for_month,
        cast(balances.due_amount as numeric(28, 2)) as due_amount,
        cast(balances.received_amount as numeric(28, 2)) as received_amount
    from balances
    inner join employers on balances.employer_id = employers.employer_id
)

select * from final
