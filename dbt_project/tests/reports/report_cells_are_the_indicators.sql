-- Fails with every cell that differs from its indicator, and every place of a form without a cell.
with indicators as (
    select *
    from {{ ref('indicators') }}
    where
        month = {{ this_month() }}
        and breakdown = ''
),

expected as (
    select
        form_columns.form,
        indicators.division,
        indicators.scheme,
        indicators.indicator,
        indicators.value
    from indicators
    inner join {{ ref('report_columns') }} as form_columns
        on indicators.indicator = form_columns.indicator
    inner join {{ ref('stg_site__divisions') }} as divisions
        on indicators.division = divisions.division
    where divisions.level in ('city', 'county')
),

cells as (
    select *
    from {{ ref('cells') }}
    where month = {{ this_month() }}
)

select
    coalesce(expected.form, cells.form) as form,
    coalesce(expected.division, cells.division) as division,
    coalesce(expected.scheme, cells.scheme) as scheme,
    coalesce(expected.indicator, cells.indicator) as indicator
from expected
full outer join cells
    on
        expected.form = cells.form
        and expected.division = cells.division
        and expected.scheme = cells.scheme
        and expected.indicator = cells.indicator
        and cells.breakdown = ''
where
    expected.form is null
    or cells.form is null
    or expected.value <> cells.value
    or (expected.value is null) <> (cells.value is null)
