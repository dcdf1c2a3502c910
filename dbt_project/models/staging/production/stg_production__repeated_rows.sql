-- Grain: one row per current production row whose key has another version that counts.
{% for table, key in production_keys().items() %}
select
    '{{ table | upper }}' as table_name,
    {{ row_key(cleaned(key)) }} as row_key,
    landed._file_id as source_file_id,
    landed._row as source_row
from {{ source('production', table) }} as landed
left join {{ ref('stg_production__' ~ table) }} as counting
    on
        landed._file_id = counting.source_file_id
        and landed._row = counting.source_row
where
    {{ is_current('landed._valid_from', 'landed._valid_to') }}
    and counting.source_row is null
{{ 'union all' if not loop.last }}
{% endfor %}
