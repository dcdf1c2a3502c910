-- Grain: one row per area, scheme (ALL included), breakdown and money measure; yuan, added up.
with by_division as (
    select
        division,
        scheme,
        '' as breakdown,
        measure,
        month_amount,
        ytd_amount
    from {{ ref('contribution_amounts') }}
    union all
    select
        division,
        scheme,
        'kind=' || kind as breakdown,
        measure,
        month_amount,
        ytd_amount
    from {{ ref('benefit_amounts') }}
    union all
    select
        division,
        scheme,
        '' as breakdown,
        measure,
        month_amount,
        ytd_amount
    from {{ ref('benefit_amounts') }}
    union all
    select
        division,
        scheme,
        '' as breakdown,
        'arrears' as measure,
        arrears_amount as month_amount,
        arrears_amount as ytd_amount
    from {{ ref('arrears') }}
),

-- Added up by division first: an employer's month in arrears is a row of its own.
of_divisions as (
    select
        division,
        scheme,
        breakdown,
        measure,
        sum(month_amount) as month_amount,
        sum(ytd_amount) as ytd_amount
    from by_division
    group by division, scheme, breakdown, measure
),

by_area as (
    select
        areas.area,
        of_divisions.scheme,
        of_divisions.breakdown,
        of_divisions.measure,
        sum(of_divisions.month_amount) as month_value,
        sum(of_divisions.ytd_amount) as ytd_value
    from of_divisions
    inner join {{ ref('areas') }} as areas on of_divisions.division = areas.division
    group by areas.area, of_divisions.scheme, of_divisions.breakdown, of_divisions.measure
),

over_schemes as (
    select
        area,
        'ALL' as scheme,
        breakdown,
        measure,
        sum(month_value) as month_value,
        sum(ytd_value) as ytd_value
    from by_area
    group by area, breakdown, measure
),

final as (
    {% for source in ['by_area', 'over_schemes'] %}
    select
        area,
        scheme,
        breakdown,
        measure,
        cast(month_value as numeric(28, 2)) as month_value,
        cast(ytd_value as numeric(28, 2)) as ytd_value
    from {{ source }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from final
