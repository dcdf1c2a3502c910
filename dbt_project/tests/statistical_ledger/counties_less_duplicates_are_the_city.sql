-- Fails with the cities and schemes in which the counties' insured persons, less those insured in
-- several counties, are not the city's.
with indicators as (
    select *
    from {{ ref('indicators') }}
    where
        month = {{ this_month() }}
        and breakdown = ''
),

divisions as (
    select * from {{ ref('stg_site__divisions') }}
),

of_counties as (
    select
        counties.parent as division,
        indicators.scheme,
        sum(indicators.value) as insured_count
    from indicators
    inner join divisions as counties on indicators.division = counties.division
    where
        indicators.indicator = 'insured_persons'
        and counties.level = 'county'
    group by counties.parent, indicators.scheme
),

of_cities as (
    select
        indicators.division,
        indicators.scheme,
        sum(indicators.value) as insured_count
    from indicators
    inner join divisions as cities on indicators.division = cities.division
    where
        indicators.indicator in ('insured_persons', 'cross_division_duplicates')
        and cities.level = 'city'
    group by indicators.division, indicators.scheme
)

select
    of_cities.division,
    of_cities.scheme
from of_cities
left join of_counties
    on
        of_cities.division = of_counties.division
        and of_cities.scheme = of_counties.scheme
where of_cities.insured_count <> coalesce(of_counties.insured_count, 0)
