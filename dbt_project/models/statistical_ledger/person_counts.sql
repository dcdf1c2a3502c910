-- Grain: one row per area, scheme (ALL included) and measure; persons, distinct over the area.
with areas as (
    select * from {{ ref('areas') }}
),

persons as (
    select
        measure,
        scheme,
        division,
        person_id,
        true as is_in_month,
        is_in_all
    from {{ ref('participating_persons') }}
    union all
    select
        measure,
        scheme,
        division,
        person_id,
        is_in_month,
        true as is_in_all
    from {{ ref('flow_persons') }}
),

by_scheme as (
    select
        persons.measure,
        areas.area,
        persons.scheme,
        persons.person_id,
        {{ dbt.bool_or('persons.is_in_month') }} as is_in_month
    from persons
    inner join areas on persons.division = areas.division
    group by persons.measure, areas.area, persons.scheme, persons.person_id
),

over_schemes as (
    select
        persons.measure,
        areas.area,
        'ALL' as scheme,
        persons.person_id,
        {{ dbt.bool_or('persons.is_in_month') }} as is_in_month
    from persons
    inner join areas on persons.division = areas.division
    where persons.is_in_all
    group by persons.measure, areas.area, persons.person_id
),

counted as (
    {% for source in ['by_scheme', 'over_schemes'] %}
    select
        measure,
        area,
        scheme,
        sum(case when is_in_month then 1 else 0 end) as month_value,
        count(*) as ytd_value
    from {{ source }}
    group by measure, area, scheme
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select
        area,
        scheme,
        measure,
        cast(month_value as numeric(28, 2)) as month_value,
        cast(ytd_value as numeric(28, 2)) as ytd_value
    from counted
)

select * from final
