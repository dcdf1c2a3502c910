-- Grain: one row per employer, scheme and month paid for: due and received; yuan.
{{ skip_if_unchanged() }}

with final as (
    select
        employer_id,
        scheme,
        for_month,
        cast(sum(due_amount) as numeric(28, 2)) as due_amount,
        cast(sum(received_amount) as numeric(28, 2)) as received_amount,
        cast(sum(row_count) as bigint) as row_count
    from {{ ref('employer_contributions') }}
    where
        is_employee
        and coalesce(kind, '') <> '32'
        and employer_id is not null
        and division is not null
        and booked_month is not null
        and for_month is not null
    group by employer_id, scheme, for_month
)

select * from final
