-- Grain: one row per kind of input (of persons, of taxpayers, files of banks) and person, taxpayer
-- or file of the month last checked; the materialisation rechecked_subjects writes the rows.
{{ config(
    materialized='incremental',
    full_refresh=false,
    unlogged=true,
    on_schema_change='append_new_columns',
) }}

{{ empty_table(['month', 'kind', 'subject_key', 'state']) }}
