{# Seeds as literals: the adapter binds what is missing as the text None, and does not escape quotes. #}

{% macro spark__create_csv_table(model, agate_table) %}
    {%- set columns = [] -%}
    {%- for name in agate_table.column_names -%}
        {%- do columns.append(name ~ ' ' ~ seed_column_type(model, agate_table, name, loop.index0)) -%}
    {%- endfor -%}
    {%- set sql = "create table " ~ this ~ " (" ~ columns | join(', ') ~ ") using parquet" -%}
    {%- do run_query(sql) -%}
    {{ return(sql) }}
{% endmacro %}

{% macro spark__load_csv_rows(model, agate_table) %}
    {%- set rows = [] -%}
    {%- for row in agate_table.rows -%}
        {%- set values = [] -%}
        {%- for name in agate_table.column_names -%}
            {%- set type = seed_column_type(model, agate_table, name, loop.index0) -%}
            {%- do values.append("cast(" ~ seed_literal(row[name]) ~ " as " ~ type ~ ")") -%}
        {%- endfor -%}
        {%- do rows.append("(" ~ values | join(', ') ~ ")") -%}
    {%- endfor -%}
    {%- set sql = "insert into " ~ this ~ " values " ~ rows | join(', ') -%}
    {%- if rows -%}{%- do run_query(sql) -%}{%- endif -%}
    {{ return(sql) }}
{% endmacro %}

{% macro seed_column_type(model, agate_table, name, position) -%}
    {{ return(engine_type(
        model['config'].get('column_types', {}).get(name) or adapter.convert_type(agate_table, position)
    )) }}
{%- endmacro %}

{% macro seed_literal(value) -%}
    {%- if value is none -%}{{ return('null') }}{%- endif -%}
    {{ return("'" ~ (value | string | replace("\\", "\\\\") | replace("'", "\\'")) ~ "'") }}
{%- endmacro %}
