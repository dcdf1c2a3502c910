{# Post-hook of every model: tells the planner what the table just written holds. Without it a month that is
   new to the table is estimated at one row, and joins on it take minutes. Views have nothing to tell. #}
{% macro refresh_statistics() -%}
    {%- if config.get('materialized') in ('table', 'derived', 'incremental') -%}
        analyze {{ this }}
    {%- endif -%}
{%- endmacro %}
