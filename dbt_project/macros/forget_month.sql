{# Pre-hook of a table with one set of rows per month: takes the month's rows out, in the same transaction. #}
{% macro forget_month() -%}
    {%- if is_incremental() -%}
        delete from {{ this }} where month = {{ this_month() }}
    {%- endif -%}
{%- endmacro %}
