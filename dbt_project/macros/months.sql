{# Months are text 'YYYY-MM' everywhere, so that they compare in time order. #}

{# The month being built, as a SQL literal. Refuses anything but YYYY-MM when SQL is about to run. #}
{% macro this_month() -%}
    {{ return("'" ~ month_text() ~ "'") }}
{%- endmacro %}

{# The month `count` months after the one being built (before it when negative), as a SQL literal. #}
{% macro month_plus(count) -%}
    {%- set month = month_text() -%}
    {%- set serial = month[:4] | int * 12 + month[5:] | int - 1 + count -%}
    {{ return("'%04d-%02d'" % (serial // 12, serial % 12 + 1)) }}
{%- endmacro %}

{# January of the year being built, as a SQL literal. #}
{% macro first_month_of_year() -%}
    {{ return("'" ~ month_text()[:4] ~ "-01'") }}
{%- endmacro %}

{# The day ages and deadlines are judged on, as a SQL date. #}
{% macro as_of_day() -%}
    {%- if execute and not modules.re.fullmatch('[0-9]{4}-[0-9]{2}-[0-9]{2}', var('as_of')) -%}
        {{ exceptions.raise_compiler_error("var as_of must be given, written YYYY-MM-DD") }}
    {%- endif -%}
    {{ return("cast('" ~ (var('as_of') or '1900-01-01') ~ "' as date)") }}
{%- endmacro %}

{# A month as a number of months, so that two of them can be subtracted. #}
{% macro month_number(month) -%}
    (cast(substring({{ month }}, 1, 4) as integer) * 12 + cast(substring({{ month }}, 6, 2) as integer))
{%- endmacro %}

{# The month `count` months after another one, both as text. #}
{% macro months_after(month, count) -%}
    {%- set serial = '(' ~ month_number(month) ~ ' - 1 + ' ~ count ~ ')' -%}
    (right('000' || cast(cast(floor({{ serial }} / 12.0) as integer) as {{ dbt.type_string() }}), 4)
    || '-'
    || right('0' || cast(mod({{ serial }}, 12) + 1 as {{ dbt.type_string() }}), 2))
{%- endmacro %}

{# Whether a day is at least `count` months after another one; the last day of a shorter month is far enough. #}
{% macro is_months_after(later, earlier, count) -%}
    (
        {{ month_number(month_of(later)) }} - {{ month_number(month_of(earlier)) }} > {{ count }}
        or (
            {{ month_number(month_of(later)) }} - {{ month_number(month_of(earlier)) }} = {{ count }}
            and (
                substring(cast({{ later }} as {{ dbt.type_string() }}), 9, 2)
                >= substring(cast({{ earlier }} as {{ dbt.type_string() }}), 9, 2)
                or {{ later }} = {{ last_day_of(month_of(later)) }}
            )
        )
    )
{%- endmacro %}

{# The month a day lies in. #}
{% macro month_of(day) -%}
    {{ adapter.dispatch('month_of', 'fundwatch')(day) }}
{%- endmacro %}

{% macro default__month_of(day) -%}
    substring(cast({{ day }} as {{ dbt.type_string() }}), 1, 7)
{%- endmacro %}

{# The last day of a month, as a date. #}
{% macro last_day_of(month) -%}
    {{ adapter.dispatch('last_day_of', 'fundwatch')(month) }}
{%- endmacro %}

{% macro default__last_day_of(month) -%}
    cast(cast({{ month }} || '-01' as date) + interval '1 month' - interval '1 day' as date)
{%- endmacro %}

{% macro month_text() -%}
    {%- if execute and not modules.re.fullmatch('[0-9]{4}-(0[1-9]|1[0-2])', var('month')) -%}
        {{ exceptions.raise_compiler_error("var month must be given, written YYYY-MM") }}
    {%- endif -%}
    {{ return(var('month') or '1900-01') }}
{%- endmacro %}
