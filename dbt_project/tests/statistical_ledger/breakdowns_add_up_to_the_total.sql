-- Fails where the breakdowns of persons by sex and age, or of money by kind of benefit, are not the
-- total. A person paid two kinds of benefit counts in both: beneficiaries may add up to more, never
-- to less.
with indicators as (
    select
        cells.division,
        cells.scheme,
        cells.breakdown,
        cells.indicator,
        cells.unit,
        cells.value,
        catalogue.breakdown_by
    from {{ ref('indicators') }} as cells
    inner join {{ ref('indicator_catalogue') }} as catalogue
        on cells.indicator = catalogue.indicator
    where
        cells.month = {{ this_month() }}
        and cells.kind <> 'ratio'
        and catalogue.breakdown_by is not null
)

select
    division,
    scheme,
    indicator
from indicators
group by division, scheme, indicator, unit, breakdown_by
having
    sum(case when breakdown = '' then value else 0 end)
    > sum(case when breakdown <> '' then value else 0 end)
    or (
        sum(case when breakdown = '' then value else 0 end)
        < sum(case when breakdown <> '' then value else 0 end)
        and (unit = 'yuan' or breakdown_by = 'sex;age')
    )
