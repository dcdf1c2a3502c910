-- Grain: one row per table of persons: what it was made from; their materialisation adds the rows.
{{ config(
    materialized='incremental',
    full_refresh=false,
    unique_key=['model'],
    on_schema_change='fail',
) }}

select
    cast(null as {{ dbt.type_string() }}) as model,
    cast(null as {{ dbt.type_string() }}) as staged,
    cast(null as {{ dbt.type_string() }}) as former,
    cast(null as {{ dbt.type_string() }}) as fingerprint
where 1 = 0
