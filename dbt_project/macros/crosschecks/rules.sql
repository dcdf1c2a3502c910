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
    ]) }}
{%- endmacro %}

{% macro contribution_rules() -%}
    {{ return([
        'duplicate_enrolment',
    ]) }}
{%- endmacro %}

{% macro identity_rules() -%}
    {{ return([
    ]) }}
{%- endmacro %}
