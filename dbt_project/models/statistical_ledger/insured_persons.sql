-- Grain: one row per person, scheme and division insured (worker or retiree), and its months.
{{ config(
    materialized='scd2_by_month',
    access='public',
    unlogged=false,
    unique_key=['person_id', 'scheme', 'division'],
    ledgers=state_ledgers(),
    follows=['person_states'],
) }}
-- depends_on: {{ ref('statistics_months') }}
-- depends_on: {{ ref('kept_tables') }}

with final as (
    select
        person_id,
        scheme,
        division,
        is_worker_in_all or is_retiree as is_in_all,
        cast(null as {{ dbt.type_string() }}) as valid_from_batch,
        cast(null as {{ dbt.type_string() }}) as valid_to_batch
    from {{ ref('person_states') }}
    where
        (is_worker or is_retiree)
        {{ affected_persons_only(state_ledgers()) }}
)

select * from final
