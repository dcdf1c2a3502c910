-- Grain: one row per month and what a check found in it; the export reconciliation.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    pre_hook="{{ forget_month() }}",
) }}

with checked as (
    {% for model in reconciliation_checks() + ['statistics_against_books'] %}
    select
        check_name,
        division,
        scheme,
        subject,
        for_month,
        account_no,
        party_a,
        party_b,
        amount_a,
        amount_b,
        difference,
        status,
        items
    from {{ ref(model) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select
        {{ this_month() }} as month,
        check_name,
        division,
        scheme,
        subject,
        for_month,
        account_no,
        party_a,
        party_b,
        amount_a,
        amount_b,
        difference,
        status,
        items
    from checked
)

select * from final
