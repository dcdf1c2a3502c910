{# The rows of a business ledger that are current in the batch of the month being built. #}
{% macro current_ledger(name) -%}
    {{ ledger_at(name, this_month()) }}
{%- endmacro %}

{# The rows of a business ledger that are current in the batch of `month`, a SQL literal or expression. #}
{% macro ledger_at(name, month) -%}
    (
        select *
        from {{ ref(name) }}
        where {{ is_current('valid_from_batch', 'valid_to_batch', month) }}
    )
{%- endmacro %}

{# Whether a version [first, last) is current in the batch of a month, by default the one being built. #}
{% macro is_current(first, last, month=none) -%}
    {{ first }} <= {{ month or this_month() }} and ({{ last }} is null or {{ last }} > {{ month or this_month() }})
{%- endmacro %}
