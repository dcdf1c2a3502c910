-- Grain: one row per area, scheme (ALL included), breakdown and measure; persons, distinct.
{% set measures = person_measures() %}
{% set by_band = ['insured_workers', 'insured_retirees'] %}

with counted as (
    {% for measure, flags in measures.items() %}
    select
        area,
        scheme,
        '' as breakdown,
        '{{ measure }}' as measure,
        sum({{ flags[0] }}) as month_value,
        sum({{ flags[1] }}) as ytd_value
    from {{ ref('area_persons') }}
    group by area, scheme
    union all
    {% if measure in by_band %}
    select
        area,
        scheme,
        band as breakdown,
        '{{ measure }}' as measure,
        {{ flags[0] }} as month_value,
        {{ flags[1] }} as ytd_value
    from {{ ref('area_persons') }}
    union all
    {% endif %}
    {% endfor %}
    select
        area,
        scheme,
        breakdown,
        'beneficiaries_paid' as measure,
        month_value,
        ytd_value
    from {{ ref('paid_counts') }}
),

final as (
    select
        area,
        scheme,
        breakdown,
        measure,
        cast(month_value as numeric(28, 2)) as month_value,
        cast(ytd_value as numeric(28, 2)) as ytd_value
    from counted
    where ytd_value > 0
)

select * from final
