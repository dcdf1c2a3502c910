-- Grain: one row per month, division, scheme, breakdown and indicator; zeros are rows.
{{ config(
    materialized='incremental',
    unlogged=false,
    access='public',
    incremental_strategy='delete+insert',
    unique_key='month',
    on_schema_change='fail',
) }}

with catalogue as (
    select * from {{ ref('indicator_catalogue') }}
),

wanted as (
    select
        divisions.division,
        schemes.scheme,
        catalogue.indicator,
        catalogue.kind,
        catalogue.unit,
        catalogue.measure,
        catalogue.denominator,
        catalogue.factor,
        catalogue.is_pension_only and pensions.scheme is null as is_inapplicable
    from {{ ref('stg_site__divisions') }} as divisions
    cross join {{ ref('schemes_in_use') }} as schemes
    inner join catalogue on coalesce(catalogue.only_level, divisions.level) = divisions.level
    left join {{ ref('retirement_schemes') }} as pensions
        on
            schemes.scheme = pensions.scheme
            and pensions.scheme = pensions.pension_scheme
),

measures as (
    select * from {{ ref('measures') }}
),

valued as (
    select
        wanted.*,
        coalesce(
            case when wanted.kind = 'ytd' then numerators.ytd_value else numerators.month_value end,
            0
        ) as amount,
        case when not wanted.is_inapplicable then nullif(denominators.month_value, 0) end as divisor
    from wanted
    left join measures as numerators
        on
            wanted.division = numerators.area
            and wanted.scheme = numerators.scheme
            and wanted.measure = numerators.measure
    left join measures as denominators
        on
            wanted.division = denominators.area
            and wanted.scheme = denominators.scheme
            and wanted.denominator = denominators.measure
),

final as (
    select
        {{ this_month() }} as month,
        division,
        scheme,
        '' as breakdown,
        indicator,
        case
            when kind = 'ratio' then {{ exact_ratio('amount * factor', 'divisor', decimals=2) }}
            when unit = 'persons' then round(amount, 0)
            else round(amount, 2)
        end as value,
        unit,
        kind
    from valued
)

select * from final
