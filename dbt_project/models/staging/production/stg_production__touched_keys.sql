-- Grain: one row per production table, refresh of its staged rows and affected key;
-- the materialisation incremental_by_extract adds the rows.
{{ config(materialized='incremental', full_refresh=false, on_schema_change='append_new_columns') }}

select
    cast(null as {{ dbt.type_string() }}) as table_name,
    cast(null as bigint) as move_number,
    cast(null as {{ dbt.type_string() }}) as row_key,
    cast(null as {{ dbt.type_string() }}) as person_id
where 1 = 0
