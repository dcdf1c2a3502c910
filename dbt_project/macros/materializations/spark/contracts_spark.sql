{# How dbt compares a model's columns with its contract: the contract's types as Spark names them. #}
{% macro spark__get_empty_schema_sql(columns) -%}
    select
        {%- for name, column in columns.items() %}
        cast(null as {{ engine_type(column.data_type) }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
{%- endmacro %}

{# As on PostgreSQL, decimals of any precision are one type, and so are whole numbers: a row number has four bytes
   here and eight there. A table gets the type its contract names. #}
{% macro spark__format_column(column) -%}
    {%- set data_type = column.dtype.split('(')[0] | replace('bigint', 'int') -%}
    {{ return({'name': column.name, 'data_type': data_type, 'formatted': column.name ~ ' ' ~ data_type}) }}
{%- endmacro %}
