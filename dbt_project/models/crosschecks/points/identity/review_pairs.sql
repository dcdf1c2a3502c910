-- Grain: one row per month and pair of class D that somebody has to look at, never a case.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    pre_hook="{{ forget_checked('pairs') }}",
) }}

with pairs as (
    select * from {{ source('linkage', 'linked_pairs') }}
    where
        not is_linked
        and {{ pair_is_checked() }}
),

persons as (
    select * from {{ checked_ledger('persons') }} as current_rows
)

select
    {{ this_month() }} as month,
    pairs.person_id,
    pairs.other_person_id,
    coalesce(other_persons.division, persons.division) as division,
    pairs.score,
    pairs.reason_zh,
    pairs.reason_en
from pairs
left join persons on pairs.person_id = persons.person_id
left join persons as other_persons on pairs.other_person_id = other_persons.person_id
