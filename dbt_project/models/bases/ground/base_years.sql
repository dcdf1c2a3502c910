-- Grain: one row per division, scheme, identity and base year that is read for the month, or
-- precedes one: its months, its average wage, and the base year before.
with limits as (
    select
        *,
        case
            when limits_to = '9999-12' then {{ months_after('limits_from', 11) }} else limits_to
        end as year_to,
        case
            when limits_from is null and limits_to <> '9999-12'
                then {{ months_after('limits_to', -11) }}
            else limits_from
        end as year_from
    from {{ ref('month_limits') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by division, scheme, identity, wage_year order by for_month desc
        ) as place
    from limits
    where for_month <= year_to
),

years as (
    select
        division,
        scheme,
        identity,
        wage_year,
        min(year_from) as first_month,
        max(year_to) as last_month,
        max(case when place = 1 then wage_kind end) as wage_kind,
        max(case when place = 1 then monthly_wage end) as monthly_wage,
        max(case when place = 1 then published_month end) as published_month,
        bool_or(place = 1 and has_wage_row) as has_wage_row
    from ranked
    where year_from is not null
    group by division, scheme, identity, wage_year
),

befores as (
    select
        years.division,
        years.scheme,
        years.identity,
        years.wage_year,
        max(limits.wage_year) as wage_year_before
    from years
    inner join limits
        on
            years.division = limits.division
            and years.scheme = limits.scheme
            and years.identity = limits.identity
            and limits.for_month = {{ months_after('years.first_month', -1) }}
    group by years.division, years.scheme, years.identity, years.wage_year
),

final as (
    select
        years.division,
        years.scheme,
        years.identity,
        years.wage_year,
        years.first_month,
        years.last_month,
        years.wage_kind,
        years.has_wage_row,
        round(years.monthly_wage, 2) as average_wage_amount,
        case when years.monthly_wage is not null then years.published_month end as published_month,
        years.monthly_wage is not null
        and coalesce(years.published_month, '') <= {{ this_month() }} as is_published,
        years.first_month <= {{ this_month() }}
        and years.last_month >= {{ month_plus(-11) }} as is_read,
        year_before.first_month as before_first_month,
        year_before.last_month as before_last_month
    from years
    left join befores
        on
            years.division = befores.division
            and years.scheme = befores.scheme
            and years.identity = befores.identity
            and years.wage_year = befores.wage_year
    left join years as year_before
        on
            befores.division = year_before.division
            and befores.scheme = year_before.scheme
            and befores.identity = year_before.identity
            and befores.wage_year_before = year_before.wage_year
            and befores.wage_year <> year_before.wage_year
)

select * from final
