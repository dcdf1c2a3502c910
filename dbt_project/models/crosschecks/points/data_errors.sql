-- Grain: one row per month and equal identity number under unrelated names: never a case.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    pre_hook="{{ forget_month() }}",
) }}

select
    {{ this_month() }} as month,
    'death_event' as kind,
    person_id,
    source || '/' || source_event_id
    || case
        when chain_order > 1 then '/' || cast(chain_order as {{ dbt.type_string() }})
        else ''
    end as other_key
from {{ ref('death_matches') }}
where match_class = 'C'
union all
select
    {{ this_month() }} as month,
    'person' as kind,
    person_id,
    other_person_id as other_key
from {{ ref('person_matches') }}
where match_class = 'C'
