{# The last months up to the one being built, one row each; as many as `count`. #}
{% macro last_months(count) -%}
    {% for back in range(count) -%}
    select {{ month_plus(-back) }} as for_month
    {{- '\n    union all\n    ' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# The month of a number of months (see month_number). #}
{% macro month_of_number(number) -%}
    lpad(cast(cast((({{ number }} - 1) - mod({{ number }} - 1, 12)) / 12 as integer) as {{ dbt.type_string() }}), 4, '0')
    || '-' || lpad(cast(mod({{ number }} - 1, 12) + 1 as {{ dbt.type_string() }}), 2, '0')
{%- endmacro %}
