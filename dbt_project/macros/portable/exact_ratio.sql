{# A quotient of exact numbers, rounded half up (away from zero) once: 24 digits are carried, so that no
   quotient of two amounts of money lands on a half it is not. Null without a denominator. #}
{% macro exact_ratio(numerator, denominator, decimals) %}
    {{- return(adapter.dispatch('exact_ratio', 'fundwatch')(numerator, denominator, decimals)) -}}
{% endmacro %}

{% macro default__exact_ratio(numerator, denominator, decimals) -%}
    round(cast({{ numerator }} as numeric(60, 24)) / nullif({{ denominator }}, 0), {{ decimals }})
{%- endmacro %}

{% macro spark__exact_ratio(numerator, denominator, decimals) -%}
    round(cast({{ numerator }} as decimal(38, 12)) / nullif({{ denominator }}, 0), {{ decimals }})
{%- endmacro %}
