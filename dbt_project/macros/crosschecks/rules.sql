{# The models of the rules, by folder of models/crosschecks; `cases` unites them. #}
{% macro crosscheck_rules() -%}
    {{ return(
        death_rules() + payment_rules() + pension_rules() + contribution_rules() + identity_rules()
    ) }}
{%- endmacro %}

{% macro death_rules() -%}
    {{ return([
        'paid_after_death',
    ]) }}
{%- endmacro %}

{% macro payment_rules() -%}
    {{ return([
    ]) }}
{%- endmacro %}

{% macro pension_rules() -%}
    {{ return([
        'duplicate_pension',
        'pension_across_schemes',
        'pension_while_contributing',
        'unemployment_while_contributing',
        'injury_allowance_and_pension',
        'retired_early',
        'eligible_not_paid',
    ]) }}
{%- endmacro %}

{% macro contribution_rules() -%}
    {{ return([
        'duplicate_enrolment',
        'employee_and_resident',
        'base_outside_limits',
        'base_changed_in_year',
        'bulk_back_payment',
        'shell_employer',
        'wage_below_tax_base',
    ]) }}
{%- endmacro %}

{% macro identity_rules() -%}
    {{ return([
    ]) }}
{%- endmacro %}

{# The rules with one case a calendar year, that of its months. #}
{% macro yearly_rules() -%}
    {{ return([
        'base_outside_limits',
        'base_changed_in_year',
    ]) }}
{%- endmacro %}
