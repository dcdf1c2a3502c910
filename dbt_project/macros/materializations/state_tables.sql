{# The state of tables with rows per month: which inputs each month was built from, and the id of the result.
   One such table per layer: the materialisation scd2_by_month writes it. It is never rebuilt. #}
{% macro built_months_table(alias=none) -%}
    {{ config(
        materialized='incremental',
        full_refresh=false,
        unlogged=false,
        alias=alias,
        unique_key=['model', 'month'],
        on_schema_change='append_new_columns',
    ) }}
    {{ empty_table(['model', 'month', 'staged', 'fingerprint', 'state_id', 'former_state_id']) }}
{%- endmacro %}

{# A query without rows: the columns are texts, but for those that `types` gives another type. #}
{% macro empty_table(columns, types={}) -%}
    select
    {%- for column in columns %}
        cast(null as {{ types.get(column, dbt.type_string()) }}) as {{ column }}{{ ',' if not loop.last }}
    {%- endfor %}
    where 1 = 0
{%- endmacro %}
