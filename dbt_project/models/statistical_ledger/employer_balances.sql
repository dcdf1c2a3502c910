-- Grain: one row per employer, scheme and month paid for: due and received; yuan.
{{ keep_totals(of=['contributions', 'unit_contributions'], sums=[
    'due_amount', 'received_amount', 'row_count',
]) }}

with owed as (
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
        and for_month is not null
    union all
    select
        employer_id,
        scheme,
        for_month,
        due_amount,
        received_amount
    from {{ current_ledger('unit_contributions') }} as unit_contributions
    where
        employer_id is not null
        and division is not null
        and scheme is not null
        and booked_month is not null
        and for_month is not null
),

final as (
    select
        employer_id,
        scheme,
        for_month,
        cast(coalesce(sum(due_amount), 0) as numeric(28, 2)) as due_amount,
        cast(coalesce(sum(received_amount), 0) as numeric(28, 2)) as received_amount,
        count(*) as row_count
    from owed
    group by employer_id, scheme, for_month
)

select * from final
