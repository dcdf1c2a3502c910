-- Fails with every division, scheme and indicator that has no row, several, or no value though it
-- is no ratio.
{{ config(group='statistics') }}

with expected as (
    select
        divisions.division,
        schemes.scheme,
        catalogue.indicator
    from {{ ref('stg_site__divisions') }} as divisions
    cross join {{ ref('schemes_in_use') }} as schemes
    cross join {{ ref('indicator_catalogue') }} as catalogue
    where coalesce(catalogue.only_level, divisions.level) = divisions.level
),

found as (
    select
        division,
        scheme,
        indicator,
        count(*) as row_count,
        sum(case when value is null and kind <> 'ratio' then 1 else 0 end) as missing_count
    from {{ ref('indicators') }}
    where month = {{ this_month() }} and breakdown = ''
    group by division, scheme, indicator
)

select
    coalesce(expected.division, found.division) as division,
    coalesce(expected.scheme, found.scheme) as scheme,
    coalesce(expected.indicator, found.indicator) as indicator
from expected
full outer join found
    on
        expected.division = found.division
        and expected.scheme = found.scheme
        and expected.indicator = found.indicator
where
    expected.indicator is null
    or found.indicator is null
    or found.row_count <> 1
    or found.missing_count > 0
