-- Grain: one row per month, form, division, scheme, breakdown and cell of the forms R1 and R2.
{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='month',
    on_schema_change='fail',
    unlogged=false,
    access='public',
) }}

with indicators as (
    select * from {{ ref('indicators') }}
    where
        month = {{ this_month() }}
        and breakdown = ''
),

final as (
    select
        indicators.month,
        form_columns.form,
        indicators.division,
        indicators.scheme,
        indicators.breakdown,
        'r' || form_rows.line_number || 'c' || form_columns.column_number as cell,
        form_rows.label_zh || ' · ' || catalogue.label_zh as label_zh,
        form_rows.label_en || ' · ' || catalogue.label_en as label_en,
        indicators.value,
        indicators.unit,
        indicators.indicator
    from indicators
    inner join {{ ref('form_rows') }} as form_rows
        on
            indicators.division = form_rows.division
            and indicators.scheme = form_rows.scheme
    inner join {{ ref('report_columns') }} as form_columns
        on indicators.indicator = form_columns.indicator
    inner join {{ ref('indicator_catalogue') }} as catalogue
        on indicators.indicator = catalogue.indicator
)

select * from final
