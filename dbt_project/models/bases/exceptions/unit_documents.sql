-- Grain: one row per month, unit with employees, wage year and document it owes, as form B1 shows
-- it.
{{ config(
    materialized='incremental',
    unlogged=false,
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    pre_hook="{{ forget_affected() }}",
) }}
-- depends_on: {{ ref('affected_subjects') }}

select
    {{ this_month() }} as month,
    unit_id,
    wage_year,
    document_code,
    name_zh,
    name_en,
    due_on,
    received_on
from {{ ref('required_documents') }}
