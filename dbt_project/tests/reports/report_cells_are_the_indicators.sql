-- Fails with every cell that differs from the indicator it names, and every place without a cell.
with indicators as (
    select *
    from {{ ref('indicators') }}
    where month = {{ this_month() }}
),

expected as (
    select
        form_columns.form,
        indicators.division,
        indicators.scheme,
        indicators.breakdown,
        indicators.indicator,
        indicators.value
    from indicators
    inner join {{ ref('report_columns') }} as form_columns
        on indicators.indicator = form_columns.indicator
    inner join {{ ref('stg_site__divisions') }} as divisions
        on indicators.division = divisions.division
    left join {{ ref('report_breakdowns') }} as breakdowns
        on form_columns.form = breakdowns.form
    where
        divisions.level in ('city', 'county')
        and (
            indicators.breakdown = ''
            or (
                indicators.breakdown like breakdowns.broken_down_by || '=%'
                and indicators.breakdown not like '%;%'
            )
        )
),

cells as (
    select *
    from {{ ref('cells') }}
    where month = {{ this_month() }} and form <> 'R4'
),

progress as (
    select
        cells.form,
        cells.division,
        cells.scheme,
        cells.indicator
    from {{ ref('cells') }} as cells
    left join indicators
        on
            cells.division = indicators.division
            and cells.scheme = indicators.scheme
            and cells.breakdown = indicators.breakdown
            and cells.indicator = indicators.indicator
    where
        cells.month = {{ this_month() }}
        and cells.form = 'R4'
        and cells.indicator <> ''
        and cells.unit = indicators.unit
        and (
            cells.value <> indicators.value
            or (cells.value is null) <> (indicators.value is null)
        )
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
        and expected.breakdown = cells.breakdown
        and expected.indicator = cells.indicator
where
    expected.form is null
    or cells.form is null
    or expected.value <> cells.value
    or (expected.value is null) <> (cells.value is null)
union all
select
    form,
    division,
    scheme,
    indicator
from progress
