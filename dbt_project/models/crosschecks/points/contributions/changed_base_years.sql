-- Grain: one row per enrolment and calendar year whose regular contributions have several bases.
-- Nearly everybody has one base a year. A table of its own: below a join, every parallel worker
-- would group all contributions for itself.
with contributions as (
    select
        enrolment_id,
        substring(for_month, 1, 4) as case_year,
        base_amount
    from {{ checked_ledger('contributions') }} as current_rows
    where
        kind = '10'
        and enrolment_id is not null
        and for_month <= {{ this_month() }}
),

final as (
    select
        enrolment_id,
        case_year
    from contributions
    group by enrolment_id, case_year
    having min(base_amount) <> max(base_amount)
)

select * from final
