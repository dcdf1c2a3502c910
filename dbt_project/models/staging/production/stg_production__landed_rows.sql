-- Grain: one row per production row that is current in the month being built, whatever is wrong
-- with it.
{{ config(materialized='view') }}

{% for table in production_keys() %}
select
    '{{ table | upper }}' as table_name,
    _file_id as source_file_id,
    _row as source_row
from {{ source('production', table) }}
where {{ is_current('_valid_from', '_valid_to') }}
{{ 'union all' if not loop.last }}
{% endfor %}
