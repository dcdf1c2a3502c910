{# What a person may count as in a scheme and division, as columns of statistical_ledger.person_states. #}
{% macro person_flags() -%}
    {{ return([
        'is_worker', 'is_retiree', 'is_suspended', 'is_new', 'is_new_in_year', 'is_contributing',
        'is_contributing_in_year',
    ]) }}
{%- endmacro %}

{# The measures of persons: the flag that counts in the month (or at its end) and the one since January. #}
{% macro person_measures() -%}
    {{ return({
        'insured_workers': ['is_worker', 'is_worker'],
        'insured_retirees': ['is_retiree', 'is_retiree'],
        'suspended_persons': ['is_suspended', 'is_suspended'],
        'new_enrolments': ['is_new', 'is_new_in_year'],
        'contributing_persons': ['is_contributing', 'is_contributing_in_year'],
    }) }}
{%- endmacro %}
