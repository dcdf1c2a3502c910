{# An id as it is ordered everywhere: by code point, whatever the database's own collation is. #}
{% macro by_code_point(value) -%}
    {{ adapter.dispatch('by_code_point', 'fundwatch')(value) }}
{%- endmacro %}

{% macro default__by_code_point(value) -%}
    {{ value }}
{%- endmacro %}

{% macro postgres__by_code_point(value) -%}
    {{ value }} collate "C"
{%- endmacro %}
