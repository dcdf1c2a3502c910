{# Post-hook of every model: updates the planner's statistics of the table just written. Without them a month that is new
   to the table is estimated at one row, and joins on it take minutes. Views have no statistics. #}
{% macro refresh_statistics() -%}
    {{ adapter.dispatch('refresh_statistics', 'fundwatch')() }}
{%- endmacro %}

{# Spark reads the size of a table's files when it plans. #}
{% macro default__refresh_statistics() -%}{%- endmacro %}

{% macro postgres__refresh_statistics() -%}
    {%- if config.get('materialized') in (
        'table', 'ctas', 'incremental', 'touched_persons', 'affected_subjects', 'rechecked_subjects'
    ) -%}
        analyze {{ this }}
    {%- endif -%}
{%- endmacro %}
