-- Grain: one row per person id in the batch of the month, with what the linkage compares.
{{ config(materialized='view') }}

select
    person_id,
    person_name,
    identity_number,
    identity_number_18,
    birth_on,
    sex
from {{ current_ledger('persons') }} as current_rows
where person_id is not null
