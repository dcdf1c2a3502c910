-- Grain: one row per month, unit and wage year declared for a base year read, as form B1 shows it.
{{ config(
    materialized='incremental',
    unlogged=false,
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    pre_hook="{{ forget_affected() }}",
) }}
-- depends_on: {{ ref('affected_subjects') }}

with units as (
    select
        unit_id,
        wage_year
    from {{ ref('unit_bases') }}
    group by unit_id, wage_year
)

select
    {{ this_month() }} as month,
    declared.unit_id,
    declared.wage_year,
    declared.credit_code,
    declared.employees,
    declared.wage_bill,
    declared.month_count,
    declared.declared_on
from units
inner join {{ ref('stg_declaration__unit') }} as declared
    on
        units.unit_id = declared.unit_id
        and units.wage_year = declared.wage_year
