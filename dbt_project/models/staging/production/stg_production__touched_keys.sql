-- Grain: one row per production table, move of its staged rows and key that may have changed in
-- it; the materialisation incremental_by_extract adds the rows.
{{ config(materialized='incremental', full_refresh=false, on_schema_change='fail') }}

select
    cast(null as {{ dbt.type_string() }}) as table_name,
    cast(null as bigint) as move_number,
    cast(null as {{ dbt.type_string() }}) as row_key,
    cast(null as {{ dbt.type_string() }}) as person_id
where 1 = 0
