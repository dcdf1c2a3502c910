-- Grain: one row per month the insured persons were built for; their materialisation adds the rows.
{{ config(
    alias='built_months',
    materialized='incremental',
    full_refresh=false,
    unlogged=false,
    unique_key=['model', 'month'],
    on_schema_change='append_new_columns',
) }}

select
    cast(null as {{ dbt.type_string() }}) as model,
    cast(null as {{ dbt.type_string() }}) as month,
    cast(null as {{ dbt.type_string() }}) as staged,
    cast(null as {{ dbt.type_string() }}) as fingerprint,
    cast(null as {{ dbt.type_string() }}) as state_id,
    cast(null as {{ dbt.type_string() }}) as former_state_id
where 1 = 0
