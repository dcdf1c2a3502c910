{# Pre-hook of a table with one set of rows per month: deletes the month's rows, in the same transaction. #}
{% macro forget_month() -%}
    {%- if is_incremental() -%}
        {{ adapter.dispatch('forget_month', 'fundwatch')() }}
    {%- endif -%}
{%- endmacro %}

{% macro default__forget_month() -%}
    delete from {{ this }} where month = {{ this_month() }}
{%- endmacro %}

{% macro spark__forget_month() -%}
    {%- do replace_table(this, "select * from " ~ this ~ " where month <> " ~ this_month()) -%}
{%- endmacro %}
