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

{# A whole number as a JSON number, null as null. #}
{% macro json_number(value) -%}
    coalesce(cast({{ value }} as {{ dbt.type_string() }}), 'null')
{%- endmacro %}
