-- Grain: one row per landed row of a production table (AC01, AC02, AC43, AC50, AC60, AC61, AC82)
-- whose handler (AAE011) and reviewer (YAE016) are one, both present.
{{ config(grows_when_rechecked=true) }}

{% for table in handled_tables() %}
select
    '{{ table }}' as landed_table,
    _file_id as source_file_id,
    _row as source_row
from {{ source('production', table | lower) }}
where
    {{ is_landed_since_check(table) }}
    and {{ missing_to_null(trimmed('aae011')) }} = {{ missing_to_null(trimmed('yae016')) }}
{{ 'union all' if not loop.last }}
{% endfor %}
