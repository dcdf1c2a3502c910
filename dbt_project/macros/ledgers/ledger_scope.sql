{# Which rows of a ledger may change when keys of the production tables changed. `staged` is the table its rows come
   from and share their keys with; `follows` gives, for each table its rows refer to, the conditions under which a row
   is affected. affected_<table> holds the affected keys. `reads` are the ledgers it reads. A ledger that is not listed
   is compared as a whole every time. #}
{% macro ledger_scope(ledger) -%}
    {%- set person = "person_id in (select row_key from affected_ac01)" -%}
    {%- set employer = "employer_id in (select row_key from affected_ab01)" -%}
    {%- set entitlement = "entitlement_id in (select row_key from affected_ac60)" -%}
    {%- set payment = "payment_id in (select row_key from affected_ac82)" -%}
    {%- if ledger in ('contributions', 'personal_accounts') -%}
        {#- An enrolment of a person at a affected employer may have become an orphan, or stopped being one. -#}
        {%- set enrolled = "person_id in (select person_id from " ~ current_ledger('enrolments') ~ " as e where " ~ employer ~ ")" -%}
    {%- endif -%}
    {%- if ledger in ('entitlement_items', 'payments') -%}
        {%- set entitled = "entitlement_id in (select entitlement_id from " ~ current_ledger('entitlements') ~ " as e where " ~ person ~ ")" -%}
    {%- endif -%}
    {%- if ledger == 'payment_items' -%}
        {%- set paid = "payment_id in (select payment_id from " ~ current_ledger('payments') ~ " as p where " -%}
        {%- set paid_to_entitled = paid ~ "entitlement_id in (select entitlement_id from " ~ current_ledger('entitlements') ~ " as e where " ~ person ~ "))" -%}
    {%- endif -%}
    {%- set with_changed_enrolment = "person_id in (select person_id from affected_ac02)" -%}
    {{ return({
        'employers': {'staged': 'ab01'},
        'employer_enrolments': {'staged': 'ab02', 'follows': {'ab01': [employer]}},
        'unit_contributions': {'staged': 'ab07', 'follows': {'ab01': [employer]}},
        'persons': {'staged': 'ac01'},
        'enrolments': {'staged': 'ac02', 'follows': {'ac01': [person], 'ab01': [employer]}},
        'contributions': {
            'staged': 'ac43', 'reads': ['enrolments'],
            'follows': {'ac01': [person], 'ab01': [employer, enrolled], 'ac02': [with_changed_enrolment]},
        },
        'personal_accounts': {
            'staged': 'ac50', 'reads': ['enrolments'],
            'follows': {'ac01': [person], 'ab01': [enrolled], 'ac02': [with_changed_enrolment]},
        },
        'entitlements': {'staged': 'ac60', 'follows': {'ac01': [person]}},
        'entitlement_items': {
            'staged': 'ac61', 'reads': ['entitlements'],
            'follows': {'ac60': [entitlement], 'ac01': [entitled]},
        },
        'payments': {
            'staged': 'ac82', 'reads': ['entitlements'],
            'follows': {'ac60': [entitlement], 'ac01': [person, entitled]},
        },
        'payment_items': {
            'staged': 'ac83', 'reads': ['payments', 'entitlements'],
            'follows': {
                'ac82': [payment], 'ac60': [(paid or '') ~ entitlement ~ ')'],
                'ac01': [(paid or '') ~ person ~ ')', paid_to_entitled],
            },
        },
        'deaths': {'staged': 'ac01', 'reads': ['persons']},
        'dependants': {'staged': 'ac60', 'reads': ['entitlements'], 'follows': {'ac01': [person]}},
        'impostor_claims': {'staged': 'yc01', 'follows': {'ac01': [person]}},
        'transfers': {'staged': 'yc02', 'follows': {'ac01': [person]}},
        'excluded_rows': {'excludes': production_keys().keys() | list},
    }.get(ledger)) }}
{%- endmacro %}

{# The production tables a ledger depends on. #}
{% macro followed_tables(scope) -%}
    {{ return(
        ([scope.staged] if scope.staged else [])
        + (scope.get('follows', {}).keys() | list) + scope.get('excludes', [])
    ) }}
{%- endmacro %}
