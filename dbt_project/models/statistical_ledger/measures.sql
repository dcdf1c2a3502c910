-- Grain: one row per area, scheme (ALL included), breakdown and measure; indicators read it.
with counted as (
    {% for source in ['person_counts', 'amounts'] %}
    select
        area,
        scheme,
        breakdown,
        measure,
        month_value,
        ytd_value
    from {{ ref(source) }}
    union all
    {% endfor %}
    {% for measure in ['entered', 'left'] %}
    select
        area,
        scheme,
        '' as breakdown,
        '{{ measure }}' as measure,
        {{ measure }}_count as month_value,
        {{ measure }}_count as ytd_value
    from {{ ref('insured_movements') }}
    where month = {{ this_month() }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

added as (
    select
        counted.area,
        counted.scheme,
        counted.breakdown,
        sums.measure,
        sum(counted.month_value) as month_value,
        sum(counted.ytd_value) as ytd_value
    from counted
    inner join {{ ref('indicator_sums') }} as sums on counted.measure = sums.part
    group by counted.area, counted.scheme, counted.breakdown, sums.measure
),

insured as (
    select
        area,
        scheme,
        month_value as insured_count
    from added
    where
        measure = 'insured_persons'
        and breakdown = ''
),

counties as (
    select
        cities.area as city,
        cities.division as county
    from {{ ref('areas') }} as cities
    inner join {{ ref('areas') }} as counties
        on
            cities.division = counties.area
            and cities.division = counties.division
    where
        cities.area_level = 'city'
        and counties.area_level = 'county'
),

-- Persons insured in several counties of a city, once for each county beyond the first.
signed as (
    select
        counties.city,
        insured.scheme,
        insured.insured_count
    from insured
    inner join counties on insured.area = counties.county
    union all
    select
        insured.area as city,
        insured.scheme,
        -insured.insured_count as insured_count
    from insured
    inner join {{ ref('areas') }} as cities
        on
            insured.area = cities.area
            and insured.area = cities.division
    where cities.area_level = 'city'
),

duplicates as (
    select
        city as area,
        scheme,
        sum(insured_count) as duplicate_count
    from signed
    group by city, scheme
),

all_measures as (
    {% for source in ['counted', 'added'] %}
    select
        area,
        scheme,
        breakdown,
        measure,
        month_value,
        ytd_value
    from {{ source }}
    union all
    {% endfor %}
    select
        area,
        scheme,
        '' as breakdown,
        'cross_division_duplicates' as measure,
        duplicate_count as month_value,
        duplicate_count as ytd_value
    from duplicates
),

final as (
    select
        area,
        scheme,
        breakdown,
        measure,
        cast(month_value as numeric(28, 2)) as month_value,
        cast(ytd_value as numeric(28, 2)) as ytd_value
    from all_measures
)

select * from final
