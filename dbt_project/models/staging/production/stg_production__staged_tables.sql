-- Grain: one row per staged production table, with the inputs of its last build; the
-- materialisation incremental_by_extract writes the rows.
{{ config(materialized='incremental', full_refresh=false, on_schema_change='append_new_columns') }}

select
    cast(null as {{ dbt.type_string() }}) as table_name,
    cast(null as {{ dbt.type_string() }}) as generation,
    cast(null as bigint) as move_number,
    cast(null as {{ dbt.type_string() }}) as month,
    cast(null as {{ dbt.type_string() }}) as extracts,
    cast(null as {{ dbt.type_string() }}) as fingerprint
where 1 = 0
