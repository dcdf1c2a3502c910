-- Grain: one row per kind of input (declared by units, collected from taxpayers) and unit or
-- taxpayer of the month last verified; the materialisation affected_subjects writes the rows.
{{ config(
    materialized='incremental',
    full_refresh=false,
    on_schema_change='append_new_columns',
) }}

{{ empty_table(['month', 'kind', 'subject_key', 'state']) }}
