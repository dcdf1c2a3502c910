-- Grain: one row per area, scheme (ALL included) and breakdown: persons paid a benefit, each once.
{{ skip_if_unchanged() }}

with paid as (
    select
        areas.area,
        persons.scheme,
        persons.kind,
        persons.person_id,
        {{ dbt.bool_or('persons.is_in_month') }} as is_in_month
    from {{ ref('paid_persons') }} as persons
    inner join {{ ref('areas') }} as areas on persons.division = areas.division
    group by areas.area, persons.scheme, persons.kind, persons.person_id
),

{# Each level is counted from the one before it, which holds a person at most a few times. #}
{% set levels = {
    'of_kinds': ['scheme', "'kind=' || kind"],
    'of_all_kinds': ['scheme', "''"],
    'of_kinds_over_schemes': ["'ALL'", "'kind=' || kind"],
    'over_all': ["'ALL'", "''"],
} %}
{% for level, keys in levels.items() %}
{{ level }} as (
    select
        area,
        {{ keys[0] }} as scheme,
        {{ keys[1] }} as breakdown,
        person_id,
        {{ dbt.bool_or('is_in_month') }} as is_in_month
    from paid
    group by
        area, person_id
        {{- ', scheme' if keys[0] == 'scheme' }}
        {{- ', kind' if keys[1] != "''" }}
),

{% endfor %}
counted as (
    {% for level in levels %}
    select
        area,
        scheme,
        breakdown,
        sum(case when is_in_month then 1 else 0 end) as month_value,
        count(*) as ytd_value
    from {{ level }}
    group by area, scheme, breakdown
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select
        area,
        scheme,
        breakdown,
        cast(month_value as integer) as month_value,
        cast(ytd_value as integer) as ytd_value
    from counted
)

select * from final
