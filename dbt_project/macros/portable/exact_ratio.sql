{# A quotient of exact numbers, rounded half up (away from zero) once: 24 digits are carried, so that no
   quotient of two amounts of money lands on a half it is not. Null without a denominator. #}
{% macro exact_ratio(numerator, denominator, decimals) %}
    {{- return(adapter.dispatch('exact_ratio', 'fundwatch')(numerator, denominator, decimals)) -}}
{% endmacro %}

{% macro default__exact_ratio(numerator, denominator, decimals) -%}
    round(cast({{ numerator }} as numeric(60, 24)) / nullif({{ denominator }}, 0), {{ decimals }})
{%- endmacro %}

{# A quotient carries six to ten digits in Spark, but a remainder is exact: what is left over a multiple of the divisor is
   taken away before dividing. Beyond six decimals the digits carried must do. #}
{% macro spark__exact_ratio(numerator, denominator, decimals) -%}
    {%- if decimals <= 6 -%}
        {%- set divisor = "(2 * abs(cast(nullif(" ~ denominator ~ ", 0) as decimal(38, 6))))" -%}
        {%- set dividend -%}
            (abs(cast({{ numerator }} as decimal(38, 6))) * {{ 2 * 10 ** decimals }} + {{ divisor }} / 2)
        {%- endset -%}
        case when ({{ numerator }} < 0) <> ({{ denominator }} < 0) then -1 else 1 end
        * (({{ dividend }} - mod({{ dividend }}, {{ divisor }})) / {{ divisor }} / {{ 10 ** decimals }})
    {%- else -%}
        round(cast({{ numerator }} as decimal(38, 12)) / nullif({{ denominator }}, 0), {{ decimals }})
    {%- endif -%}
{%- endmacro %}
