-- Fails with every division, scheme, breakdown and indicator that has no row, several, or no value
-- though it is no ratio and needs no month before.
{{ config(group='statistics') }}

with expected as (
    select
        divisions.division,
        breakdowns.scheme,
        breakdowns.breakdown,
        catalogue.indicator
    from {{ ref('stg_site__divisions') }} as divisions
    cross join {{ ref('breakdowns_in_use') }} as breakdowns
    inner join {{ ref('indicator_catalogue') }} as catalogue
        on
            coalesce(catalogue.only_level, divisions.level) = divisions.level
            and breakdowns.dimension in ('', catalogue.breakdown_by)
),

found as (
    select
        division,
        scheme,
        breakdown,
        indicator,
        count(*) as row_count,
        sum(
            case
                when
                    value is null
                    and kind <> 'ratio'
                    and indicator not in ('entered', 'left')
                    then 1
                else 0
            end
        ) as missing_count
    from {{ ref('indicators') }}
    where month = {{ this_month() }}
    group by division, scheme, breakdown, indicator
)

select
    coalesce(expected.division, found.division) as division,
    coalesce(expected.scheme, found.scheme) as scheme,
    coalesce(expected.breakdown, found.breakdown) as breakdown,
    coalesce(expected.indicator, found.indicator) as indicator
from expected
full outer join found
    on
        expected.division = found.division
        and expected.scheme = found.scheme
        and expected.breakdown = found.breakdown
        and expected.indicator = found.indicator
where
    expected.indicator is null
    or found.indicator is null
    or found.row_count <> 1
    or found.missing_count > 0
