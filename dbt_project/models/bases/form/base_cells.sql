-- Grain: one row per month, county, scheme, base year and column of form B1's county summary, in
-- the columns of reports.cells.
{{ config(
    materialized='incremental',
    unlogged=false,
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    pre_hook="{{ forget_month() }}",
    post_hook="{{ complete_verification() }}",
) }}
-- depends_on: {{ ref('verified_months') }}
{% for name in exports_of_bases() %}
-- depends_on: {{ ref(name) }}
{% endfor %}

with bases as (
    select * from {{ ref('bases') }}
    where month = {{ this_month() }}
),

exceptions as (
    select * from {{ ref('base_exceptions') }}
    where month = {{ this_month() }}
),

counties as (
    select
        division,
        coalesce(name_zh, division) as label_zh,
        coalesce(name_en, name_zh, division) as label_en
    from {{ ref('stg_site__divisions') }}
    where level = 'county'
),

schemes as (
    select
        code as scheme,
        label_zh,
        upper(substring(label_en, 1, 1)) || substring(label_en, 2) as label_en
    from {{ ref('standard_codes') }}
    where class = 'AAE140'
),

verified as (
    select
        division,
        scheme,
        wage_year,
        sum(case when level = 'unit' and verified_month is not null then 1 else 0 end) as verified,
        sum(
            case when level = 'unit' and status = 'not_declared' then 1 else 0 end
        ) as not_declared,
        sum(trueup_due) as trueup_due,
        sum(trueup_booked) as trueup_booked,
        sum(trueup_open) as trueup_open
    from bases
    group by division, scheme, wage_year
),

wrong as (
    select
        division,
        scheme,
        wage_year,
        sum(case when exception = 'unit_base_low' then 1 else 0 end) as unit_base_low,
        sum(case when exception = 'unit_base_high' then 1 else 0 end) as unit_base_high,
        sum(
            case
                when exception in ('unit_base_low', 'personal_base_low', 'flexible_below_ladder')
                    then amount
                else 0
            end
        ) as at_stake
    from exceptions
    where scheme is not null
    group by division, scheme, wage_year
),

lines as (
    select
        verified.*,
        wrong.unit_base_low,
        wrong.unit_base_high,
        wrong.at_stake,
        counties.label_zh || ' · ' || schemes.label_zh || ' · ' || verified.wage_year as label_zh,
        counties.label_en || ' · ' || schemes.label_en || ' · ' || verified.wage_year as label_en,
        row_number() over (
            order by
                {{ by_code_point('verified.division') }},
                {{ by_code_point('verified.scheme') }},
                verified.wage_year desc
        ) as line_number
    from verified
    inner join counties on verified.division = counties.division
    inner join schemes on verified.scheme = schemes.scheme
    left join wrong
        on
            verified.division = wrong.division
            and verified.scheme = wrong.scheme
            and verified.wage_year = wrong.wage_year
),

final as (
    select
        {{ this_month() }} as month,
        'B1' as form,
        lines.division,
        lines.scheme,
        'wage_year=' || lines.wage_year as breakdown,
        'r' || lines.line_number || 'c' || form_columns.column_number as cell,
        lines.label_zh || ' · ' || form_columns.label_zh as label_zh,
        lines.label_en || ' · ' || form_columns.label_en as label_en,
        cast(
            coalesce(
                case form_columns.measure
                    when 'verified' then lines.verified
                    when 'not_declared' then lines.not_declared
                    when 'unit_base_low' then lines.unit_base_low
                    when 'unit_base_high' then lines.unit_base_high
                    when 'at_stake' then lines.at_stake
                    when 'trueup_due' then lines.trueup_due
                    when 'trueup_booked' then lines.trueup_booked
                    when 'trueup_open' then lines.trueup_open
                end, 0
            ) as numeric(28, 4)
        ) as value,
        form_columns.unit,
        form_columns.measure as indicator
    from lines
    cross join {{ ref('base_form_columns') }} as form_columns
)

select * from final
