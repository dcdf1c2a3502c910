-- Grain: one row per person and scheme (ALL included), with the flags of all divisions together.
{{ refresh_by_person(state_ledgers(), follows=['person_states']) }}

{% set flags = person_flags() %}

with by_scheme as (
    select
        person_id,
        scheme,
        min(division) as first_division,
        max(division) as last_division,
        max(band) as band,
        {% for flag in flags %}
        {{ dbt.bool_or(flag) }} as {{ flag }},
        {% endfor %}
        {{ dbt.bool_or('is_worker_in_all') }} as is_worker_in_all
    from {{ ref('person_states') }}
    {{ affected_persons_only(state_ledgers(), 'where') }}
    group by person_id, scheme
),

over_schemes as (
    select
        person_id,
        min(first_division) as first_division,
        max(last_division) as last_division,
        max(band) as band,
    {% for flag in flags %}
    {{ dbt.bool_or(flag_in_all(flag)) }} as {{ flag }}{{ ',' if not loop.last }}
    {% endfor %}
    from by_scheme
    group by person_id
),

final as (
    {% for source, scheme in [('by_scheme', 'scheme'), ('over_schemes', "'ALL'")] %}
    select
        person_id,
        {{ scheme }} as scheme,
        case when first_division = last_division then first_division end as division,
        band,
    {% for flag in flags %}
    {{ flag }}{{ ',' if not loop.last }}
    {% endfor %}
    from {{ source }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from final
