{# JSON as text, without spaces and with its keys in the order given, so that equal content is equal text. #}

{# A list of objects, one per row of the group, in the given order; an empty list when the group has none. #}
{% macro json_list(object, order_by) -%}
    '[' || coalesce({{ dbt.listagg(object, "','", 'order by ' ~ order_by) }}, '') || ']'
{%- endmacro %}

{# One object from (key, JSON expression) pairs. #}
{% macro json_object(pairs) -%}
    '{'
    {%- for key, value in pairs %}
    || '{{ ',' if not loop.first }}"{{ key }}":' || {{ value }}
    {%- endfor %}
    || '}'
{%- endmacro %}

{# A text as a JSON string, null as null. #}
{% macro json_text(value) -%}
    {{ adapter.dispatch('json_text', 'fundwatch')(value) }}
{%- endmacro %}

{% macro default__json_text(value) -%}
    coalesce('"' || replace(replace({{ value }}, '\\', '\\\\'), '"', '\\"') || '"', 'null')
{%- endmacro %}

{% macro postgres__json_text(value) -%}
    coalesce(cast(to_json(cast({{ value }} as text)) as text), 'null')
{%- endmacro %}

{# A date as a JSON string (ISO 8601), null as null. #}
{% macro json_date(value) -%}
    {{ adapter.dispatch('json_date', 'fundwatch')(value) }}
{%- endmacro %}

{% macro default__json_date(value) -%}
    coalesce('"' || cast({{ value }} as {{ dbt.type_string() }}) || '"', 'null')
{%- endmacro %}

{# Independent of the server's DateStyle, which a cast to text is not. #}
{% macro postgres__json_date(value) -%}
    coalesce(cast(to_json({{ value }}) as text), 'null')
{%- endmacro %}

{# A whole number as a JSON number, null as null. #}
{% macro json_number(value) -%}
    coalesce(cast({{ value }} as {{ dbt.type_string() }}), 'null')
{%- endmacro %}

{# One row of evidence: a landed row by its table, key, file and position. #}
{% macro evidence_item(table, key, file_id, row) -%}
    {{ json_object([
        ('table', json_text(table)),
        ('key', json_text(key)),
        ('source_file_id', json_text(file_id)),
        ('source_row', json_number(row)),
    ]) }}
{%- endmacro %}

{# The evidence of a group of rows with landed_table, row_key, source_file_id and source_row. #}
{% macro evidence_list() -%}
    {{ json_list(
        evidence_item('landed_table', 'row_key', 'source_file_id', 'source_row'),
        by_code_point('landed_table') ~ ', ' ~ by_code_point('row_key') ~ ', source_file_id, source_row'
    ) }}
{%- endmacro %}
