-- Grain: one row per month whose cases were checked, with the inputs they were checked from.
{{ config(
    materialized='incremental',
    full_refresh=false,
    unlogged=true,
    unique_key=['month'],
    on_schema_change='append_new_columns',
) }}

{{ empty_table(
    ['month', 'inputs', 'landed_since', 'case_count', 'pair_count'],
    types={'case_count': 'bigint', 'pair_count': 'bigint'},
) }}
