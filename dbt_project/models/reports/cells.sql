-- Grain: one row per month, form, division, scheme, breakdown and cell of the forms R1 to R4.
{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='month',
    on_schema_change='append_new_columns',
    unlogged=false,
    access='public',
) }}

with indicators as (
    select * from {{ ref('indicators') }}
    where month = {{ this_month() }}
),

shown as (
    select
        form_rows.form,
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
    inner join {{ ref('report_columns') }} as form_columns
        on indicators.indicator = form_columns.indicator
    inner join {{ ref('form_rows') }} as form_rows
        on
            form_columns.form = form_rows.form
            and indicators.division = form_rows.division
            and indicators.scheme = form_rows.scheme
            and indicators.breakdown = form_rows.breakdown
    inner join {{ ref('indicator_catalogue') }} as catalogue
        on indicators.indicator = catalogue.indicator
),

final as (
    select
        {{ this_month() }} as month,
        form,
        division,
        scheme,
        breakdown,
        cell,
        label_zh,
        label_en,
        value,
        unit,
        indicator
    from shown
    union all
    select
        {{ this_month() }} as month,
        'R4' as form,
        division,
        scheme,
        '' as breakdown,
        cell,
        label_zh,
        label_en,
        value,
        unit,
        indicator
    from {{ ref('target_cells') }}
)

select * from final
