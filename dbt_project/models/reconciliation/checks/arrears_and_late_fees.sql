-- Grain: one row per employer, scheme and month paid for with a balance, with the late fee on it up
-- to the as-of day.
with owed as (
    select * from {{ ref('employer_arrears') }}
),

due_days as (
    select * from {{ ref('contribution_due_days') }}
),

placed as (
    select
        owed.*,
        due_days.due_on,
        owed.due_amount - owed.received_amount as balance_amount
    from owed
    left join due_days
        on
            owed.division = due_days.division
            and owed.scheme = due_days.scheme
            and owed.for_month = due_days.for_month
),

judged as (
    select
        *,
        case
            when due_on is null then 'not_checked'
            when due_on >= {{ as_of_day() }} then 'not_due'
            when for_month < {{ first_month_of_year() }} then 'historic'
            else 'current'
        end as status,
        -- Days of the old rate end before the day the act of 2011 came into force.
        greatest(
            least({{ as_of_day() }}, cast('2011-06-30' as date)) - due_on, 0
        ) as days_of_old_rate,
        {{ as_of_day() }} - due_on as days_late
    from placed
),

charged as (
    select
        *,
        'late_fee' as item_kind,
        round(
            balance_amount
            * (0.002 * days_of_old_rate + 0.0005 * (days_late - days_of_old_rate)),
            2
        ) as item_amount,
        due_on as item_on,
        cast(null as {{ dbt.type_string() }}) as item_reference,
        days_late as item_age
    from judged
),

final as (
    select
        'arrears_and_late_fees' as check_name,
        division,
        scheme,
        employer_id as subject,
        for_month,
        cast(null as {{ dbt.type_string() }}) as account_no,
        'due' as party_a,
        'arrived' as party_b,
        cast(due_amount as numeric(28, 2)) as amount_a,
        cast(received_amount as numeric(28, 2)) as amount_b,
        cast(balance_amount as numeric(28, 2)) as difference,
        status,
        case
            when status in ('current', 'historic') then {{ single_item() }}
            else '[]'
        end as items
    from charged
)

select * from final
