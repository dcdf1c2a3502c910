{# Post-hook of every model: tells the planner what the table just written holds. Without it a month that is
   new to the table is estimated at one row, and joins on it take minutes. Views have nothing to tell. #}
{% macro refresh_statistics() -%}
    {{ adapter.dispatch('refresh_statistics', 'fundwatch')() }}
{%- endmacro %}

{# Engines that look at a table's files when they plan need not be told. #}
{% macro default__refresh_statistics() -%}{%- endmacro %}

{% macro postgres__refresh_statistics() -%}
    {%- if config.get('materialized') in ('table', 'ctas', 'incremental', 'incremental_aggregate', 'touched_persons') -%}
        analyze {{ this }}
    {%- endif -%}
{%- endmacro %}
