{# A type of a contract or a seed, as the engine names it. #}
{% macro engine_type(data_type) -%}
    {{ return(adapter.dispatch('engine_type', 'fundwatch')(data_type)) }}
{%- endmacro %}

{% macro default__engine_type(data_type) -%}
    {{ return(data_type) }}
{%- endmacro %}

{# Spark has no text, and its numeric alone is whole numbers of ten digits. #}
{% macro spark__engine_type(data_type) -%}
    {{ return({'text': 'string', 'numeric': 'decimal(38, 10)'}.get(data_type, data_type)) }}
{%- endmacro %}
