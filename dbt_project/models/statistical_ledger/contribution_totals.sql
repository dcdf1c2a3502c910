-- Grain: one row per ledger, division, scheme, both months, kind and employee flag; yuan.
-- Orphans and unreal months are here too (division or month null).
{{ skip_if_unchanged() }}

with final as (
    select
        ledger,
        division,
        scheme,
        booked_month,
        for_month,
        kind,
        is_employee,
        cast(sum(due_amount) as numeric(28, 2)) as due_amount,
        cast(sum(received_amount) as numeric(28, 2)) as received_amount,
        cast(sum(base_amount) as numeric(28, 2)) as base_amount,
        cast(sum(row_count) as bigint) as row_count
    from {{ ref('employer_contributions') }}
    group by ledger, division, scheme, booked_month, for_month, kind, is_employee
)

select * from final
