-- Grain: one row per area, scheme (ALL included) and money measure; yuan, added up.
with by_division as (
    select
        division,
        scheme,
        measure,
        month_amount,
        ytd_amount
    from {{ ref('contribution_amounts') }}
    union all
    select
        division,
        scheme,
        measure,
        month_amount,
        ytd_amount
    from {{ ref('benefit_amounts') }}
    union all
    select
        division,
        scheme,
        'arrears' as measure,
        arrears_amount as month_amount,
        arrears_amount as ytd_amount
    from {{ ref('arrears') }}
),

by_area as (
    select
        areas.area,
        by_division.scheme,
        by_division.measure,
        sum(by_division.month_amount) as month_value,
        sum(by_division.ytd_amount) as ytd_value
    from by_division
    inner join {{ ref('areas') }} as areas on by_division.division = areas.division
    group by areas.area, by_division.scheme, by_division.measure
),

over_schemes as (
    select
        area,
        'ALL' as scheme,
        measure,
        sum(month_value) as month_value,
        sum(ytd_value) as ytd_value
    from by_area
    group by area, measure
),

final as (
    {% for source in ['by_area', 'over_schemes'] %}
    select
        area,
        scheme,
        measure,
        cast(month_value as numeric(28, 2)) as month_value,
        cast(ytd_value as numeric(28, 2)) as ytd_value
    from {{ source }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from final
