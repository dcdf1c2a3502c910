{# The rows of a business ledger that are current in the batch of the month being built. #}
{% macro current_ledger(name) -%}
    {{ ledger_at(name, this_month()) }}
{%- endmacro %}

{# The rows of a business ledger that are current in the batch of `month`, a SQL literal or expression. #}
{% macro ledger_at(name, month) -%}
    (
        select *
        from {{ ref(name) }}
        where
            valid_from_batch <= {{ month }}
            and (valid_to_batch is null or valid_to_batch > {{ month }})
    )
{%- endmacro %}
