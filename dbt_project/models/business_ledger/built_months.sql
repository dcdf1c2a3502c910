-- Grain: one row per ledger and month built; the versioned materialisation adds the rows.
{{ config(
    materialized='incremental',
    full_refresh=false,
    unique_key=['model', 'month'],
    on_schema_change='fail',
) }}

select
    cast(null as {{ dbt.type_string() }}) as model,
    cast(null as {{ dbt.type_string() }}) as month
where 1 = 0
