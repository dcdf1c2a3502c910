-- Grain: one row per day the checks may ask about: working days and days of unknown years up to it.
with days as (
    select
        day,
        is_working,
        is_known
    from {{ source('reconciliation_step', 'calendar_days') }}
),

final as (
    select
        day,
        is_working,
        is_known,
        min(case when is_working then day end) over (order by day desc) as next_working_day,
        cast(
            sum(case when is_working then 1 else 0 end) over (order by day) as bigint
        ) as working_count,
        cast(
            sum(case when is_known then 0 else 1 end) over (order by day) as bigint
        ) as unknown_count
    from days
)

select * from final
