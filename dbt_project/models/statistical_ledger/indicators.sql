-- Grain: one row per month, division, scheme, breakdown and indicator; zeros are rows.
-- Replaces the month being built; of the next one, who entered and left since is counted again.
{{ config(
    materialized='incremental',
    unlogged=false,
    access='public',
    pre_hook="{{ forget_month() }}",
    incremental_strategy='delete+insert',
    unique_key=['month', 'division', 'scheme', 'breakdown', 'indicator'],
    on_schema_change='append_new_columns',
) }}

-- depends_on: {{ ref('insured_movements') }}
with catalogue as (
    select * from {{ ref('indicator_catalogue') }}
),

wanted as (
    select
        divisions.division,
        breakdowns.scheme,
        breakdowns.breakdown,
        catalogue.indicator,
        catalogue.kind,
        catalogue.unit,
        catalogue.measure,
        catalogue.denominator,
        catalogue.factor,
        catalogue.is_pension_only and pensions.scheme is null as is_inapplicable,
        catalogue.needs_month_before and months.month is null as is_unknown
    from {{ ref('stg_site__divisions') }} as divisions
    cross join {{ ref('breakdowns_in_use') }} as breakdowns
    inner join catalogue
        on
            coalesce(catalogue.only_level, divisions.level) = divisions.level
            and breakdowns.dimension in ('', catalogue.breakdown_by)
    left join {{ ref('retirement_schemes') }} as pensions
        on
            breakdowns.scheme = pensions.scheme
            and pensions.scheme = pensions.pension_scheme
    left join {{ ref('statistics_months') }} as months
        on
            months.model = 'insured_persons'
            and months.month = {{ month_plus(-1) }}
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
            and wanted.breakdown = numerators.breakdown
            and wanted.measure = numerators.measure
    left join measures as denominators
        on
            wanted.division = denominators.area
            and wanted.scheme = denominators.scheme
            and wanted.breakdown = denominators.breakdown
            and wanted.denominator = denominators.measure
),

of_this_month as (
    select
        {{ this_month() }} as month,
        division,
        scheme,
        breakdown,
        indicator,
        case
            when is_unknown then null
            when kind = 'ratio' then {{ exact_ratio('amount * factor', 'divisor', decimals=2) }}
            when unit = 'persons' then round(amount, 0)
            else round(amount, 2)
        end as value,
        unit,
        kind
    from valued
),

{% if is_incremental() %}
of_next_month as (
    select
        held.month,
        held.division,
        held.scheme,
        held.breakdown,
        held.indicator,
        round(
            coalesce(
                case
                    when held.indicator = 'entered' then movements.entered_count
                    else movements.left_count
                end,
                0
            ),
            0
        ) as value,
        held.unit,
        held.kind
    from {{ this }} as held
    left join {{ ref('insured_movements') }} as movements
        on
            held.month = movements.month
            and held.division = movements.area
            and held.scheme = movements.scheme
    where
        held.month = {{ month_plus(1) }}
        and held.indicator in ('entered', 'left')
),

{% endif %}
final as (
    select
        month,
        division,
        scheme,
        breakdown,
        indicator,
        value,
        unit,
        kind
    from of_this_month
    {% if is_incremental() %}
    union all
    select
        month,
        division,
        scheme,
        breakdown,
        indicator,
        value,
        unit,
        kind
    from of_next_month
    {% endif %}
)

select * from final
