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

{# What person_states rests on: flags by the model they come from, before anything is judged. #}
{% macro state_sources() -%}
    {{ return({
        'enrolled_persons': {
            'is_enrolled': 'is_enrolled', 'is_suspended': 'is_suspended', 'is_new': 'is_new',
            'is_new_in_year': 'is_new_in_year',
        },
        'contributed_persons': {'is_contributing': 'is_in_month', 'is_contributing_in_year': 'is_in_year'},
        'retired_persons': {'draws_pension': 'true'},
    }) }}
{%- endmacro %}

{# The ledgers that what a person counts as is told from. #}
{% macro state_ledgers() -%}
    {{ return(['enrolments', 'contributions', 'entitlements', 'persons']) }}
{%- endmacro %}

{% macro state_flags() -%}
    {{ return([
        'is_enrolled', 'is_suspended', 'is_new', 'is_new_in_year', 'is_contributing',
        'is_contributing_in_year', 'draws_pension',
    ]) }}
{%- endmacro %}

{# The flag that counts in ALL: a worker who is retired in any scheme is no worker there. #}
{% macro flag_in_all(flag) -%}
    {{ return('is_worker_in_all' if flag == 'is_worker' else flag) }}
{%- endmacro %}
