-- Grain: one row per month, month of death (that month and the eleven before) and division: how
-- many persons are known to have died in it. One without a division has an empty one.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    pre_hook="{{ forget_month() }}",
) }}

with deceased as (
    select * from {{ ref('deceased_persons') }}
    where death_month between {{ month_plus(-11) }} and {{ this_month() }}
),

persons as (
    select
        person_id,
        division
    from {{ current_ledger('persons') }} as current_persons
),

final as (
    select
        {{ this_month() }} as month,
        deceased.death_month,
        coalesce(persons.division, '') as division,
        cast(count(*) as integer) as received_count
    from deceased
    left join persons on deceased.person_id = persons.person_id
    group by deceased.death_month, coalesce(persons.division, '')
)

select * from final
