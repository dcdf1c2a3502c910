-- Grain: one row per month whose bases were verified, with the inputs they were verified from.
{{ config(
    materialized='incremental',
    full_refresh=false,
    unique_key=['month'],
    on_schema_change='append_new_columns',
) }}

{{ empty_table(['month', 'inputs', 'row_counts']) }}
