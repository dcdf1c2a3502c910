-- Grain: one row per division, scheme and month that some employer owes for: the day its premium
-- is due. On a rest day it moves to the next working day.
with months as (
    select
        division,
        scheme,
        for_month
    from {{ ref('employer_arrears') }}
    group by division, scheme, for_month
),

deadlines as (
    select * from {{ ref('stg_site__contribution_deadlines') }}
    where
        months_after is not null
        and day between 1 and 31
),

-- The nearest division decides, then a row of the scheme before one of every scheme.
ranked as (
    select
        months.division,
        months.scheme,
        months.for_month,
        deadlines.day as due_day,
        {{ month_of_number(
            month_number('months.for_month') ~ ' + deadlines.months_after'
        ) }} as due_month,
        row_number() over (
            partition by months.division, months.scheme, months.for_month
            order by
                case when deadlines.division is null then 1 else 0 end,
                ancestors.distance,
                case when deadlines.scheme is null then 1 else 0 end,
                deadlines.site_row
        ) as place
    from months
    inner join {{ ref('division_ancestors') }} as ancestors on months.division = ancestors.division
    inner join deadlines
        on
            coalesce(deadlines.division, ancestors.ancestor) = ancestors.ancestor
            and coalesce(deadlines.scheme, months.scheme) = months.scheme
),

-- A month that has no such day: its last.
written as (
    select
        division,
        scheme,
        for_month,
        least(
            cast(due_month || '-01' as date) + (due_day - 1), {{ last_day_of('due_month') }}
        ) as written_day
    from ranked
    where place = 1
),

final as (
    select
        written.division,
        written.scheme,
        written.for_month,
        coalesce(calendar.next_working_day, written.written_day) as due_on
    from written
    left join {{ ref('working_day_counts') }} as calendar on written.written_day = calendar.day
)

select * from final
