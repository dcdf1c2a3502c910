-- Grain: one row per area, scheme (ALL included) and band of persons: how many count as what.
-- Nearly everybody is in one division only and is counted there, then added up over the divisions
-- of an area; whoever is in several is counted once in each area by name.
{{ skip_if_unchanged() }}

{% set flags = person_flags() %}

with in_one_division as (
    select
        division,
        scheme,
        band,
    {% for flag in flags %}
    sum(case when {{ flag }} then 1 else 0 end) as {{ flag }}{{ ',' if not loop.last }}
    {% endfor %}
    from {{ ref('counted_persons') }}
    where division is not null
    group by division, scheme, band
),

named as (
    select
        areas.area,
        divided.scheme,
        divided.band,
        divided.person_id,
    {% for flag in flags %}
    {{ dbt.bool_or('divided.' ~ flag) }} as {{ flag }}{{ ',' if not loop.last }}
    {% endfor %}
    from {{ ref('divided_persons') }} as divided
    inner join {{ ref('areas') }} as areas on divided.division = areas.division
    group by areas.area, divided.scheme, divided.band, divided.person_id
),

counts as (
    select
        areas.area,
        in_one_division.scheme,
        in_one_division.band,
    {% for flag in flags %}
    in_one_division.{{ flag }}{{ ',' if not loop.last }}
    {% endfor %}
    from in_one_division
    inner join {{ ref('areas') }} as areas on in_one_division.division = areas.division
    union all
    select
        area,
        scheme,
        band,
    {% for flag in flags %}
    sum(case when {{ flag }} then 1 else 0 end) as {{ flag }}{{ ',' if not loop.last }}
    {% endfor %}
    from named
    group by area, scheme, band
),

final as (
    select
        area,
        scheme,
        band,
    {% for flag in flags %}
    cast(sum({{ flag }}) as integer) as {{ flag }}{{ ',' if not loop.last }}
    {% endfor %}
    from counts
    group by area, scheme, band
)

select * from final
