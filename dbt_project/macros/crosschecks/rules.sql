{# The models of the rules, by folder of models/crosschecks; `cases` unites them. #}
{% macro crosscheck_rules() -%}
    {{ return(
        death_rules() + payment_rules() + pension_rules() + contribution_rules() + identity_rules()
    ) }}
{%- endmacro %}

{% macro death_rules() -%}
    {{ return([
        'paid_after_death',
        'dead_still_in_pay',
        'dead_in_own_records',
        'death_dates_differ',
        'contribution_after_death',
        'account_unsettled_after_death',
        'unemployed_abroad_or_serving',
        'survivor_still_paid',
        'several_death_benefits',
    ]) }}
{%- endmacro %}

{% macro payment_rules() -%}
    {{ return([
        'age_over_limit',
        'payment_without_entitlement',
        'paid_differs_from_approved',
        'duplicate_payment',
        'paid_in_cash',
        'shared_account',
        'payee_name_mismatch',
        'returned_payment_open',
        'payment_swing',
        'impostor_not_recovered',
        'same_hand',
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
        'one_person_many_ids',
        'identity_rewritten',
    ]) }}
{%- endmacro %}

{# The rules with one case a calendar year, that of its months. #}
{% macro yearly_rules() -%}
    {{ return([
        'base_outside_limits',
        'base_changed_in_year',
    ]) }}
{%- endmacro %}

{# The rules whose points may rest on a probability. #}
{% macro scored_rules() -%}
    {{ return(['one_person_many_ids']) }}
{%- endmacro %}
