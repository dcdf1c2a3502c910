-- Grain: one row per table that is not rebuilt while its inputs are unchanged.
{{ config(
    materialized='incremental',
    full_refresh=false,
    unique_key=['model'],
    on_schema_change='append_new_columns',
) }}

select
    cast(null as {{ dbt.type_string() }}) as model,
    cast(null as {{ dbt.type_string() }}) as staged,
    cast(null as {{ dbt.type_string() }}) as former,
    cast(null as {{ dbt.type_string() }}) as fingerprint,
    cast(null as {{ dbt.type_string() }}) as table_version
where 1 = 0
