-- Grain: one row per month, level (unit, person), unit, person, scheme and base year; the export
-- bases.
{{ config(
    materialized='incremental',
    unlogged=false,
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    pre_hook="{{ forget_affected(\"level = 'unit'\") }}",
) }}
-- depends_on: {{ ref('affected_subjects') }}

with united as (
    select
        division,
        scheme,
        wage_year,
        'unit' as level,
        unit_id,
        cast(null as {{ dbt.type_string() }}) as person_id,
        cast(null as {{ dbt.type_string() }}) as identity,
        base_method,
        unit_method,
        case when is_declared then 'declared' else 'none' end as wage_source,
        wage_amount,
        wage_kind,
        is_published,
        average_wage_amount,
        cast(null as numeric) as floor_amount,
        cast(null as numeric) as cap_amount,
        sum_amount,
        expected_amount,
        provisional_base_amount,
        verified_month,
        verified_base_amount,
        tax_base_amount,
        trueup_due_amount,
        trueup_booked_amount,
        status
    from {{ ref('unit_bases') }}
    union all
    select
        division,
        scheme,
        wage_year,
        'person' as level,
        nullif(unit_key, '') as unit_id,
        person_id,
        identity,
        base_method,
        cast(null as {{ dbt.type_string() }}) as unit_method,
        wage_source,
        wage_amount,
        wage_kind,
        is_published,
        average_wage_amount,
        floor_amount,
        cap_amount,
        cast(null as numeric) as sum_amount,
        expected_amount,
        provisional_base_amount,
        verified_month,
        judged_base_amount as verified_base_amount,
        cast(null as numeric) as tax_base_amount,
        trueup_due_amount,
        trueup_booked_amount,
        status
    from {{ ref('person_bases') }}
),

final as (
    select
        {{ this_month() }} as month,
        division,
        scheme,
        wage_year,
        level,
        unit_id,
        person_id,
        identity,
        base_method,
        unit_method,
        wage_source,
        cast(wage_amount as numeric(28, 2)) as wage,                    -- yuan a month
        wage_kind,
        cast(
            case when is_published then average_wage_amount end as numeric(28, 2)
        ) as average_wage,                                              -- yuan a month
        cast(floor_amount as numeric(28, 2)) as floor,                  -- yuan
        cast(cap_amount as numeric(28, 2)) as cap,                      -- yuan
        cast(sum_amount as numeric(28, 2)) as sum_personal,             -- yuan
        cast(expected_amount as numeric(28, 2)) as expected_base,       -- yuan
        cast(provisional_base_amount as numeric(28, 2)) as provisional_base,    -- yuan
        cast(
            case when verified_month is not null then verified_base_amount end
            as numeric(28, 2)
        ) as applied_base,                                              -- yuan
        cast(tax_base_amount as numeric(28, 2)) as tax_base,            -- yuan
        verified_month,
        cast(trueup_due_amount as numeric(28, 2)) as trueup_due,        -- yuan
        cast(trueup_booked_amount as numeric(28, 2)) as trueup_booked,  -- yuan
        cast(trueup_due_amount - trueup_booked_amount as numeric(28, 2)) as trueup_open,    -- yuan
        status
    from united
)

select * from final
