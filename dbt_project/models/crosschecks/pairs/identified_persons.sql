-- Grain: one row per person id with a valid identity number, in the batch of the month.
{{ config(materialized='view') }}

select
    person_id,
    identity_number_18,
    person_name,
    source_file_id,
    source_row
from {{ current_ledger('persons') }} as current_rows
where
    identity_number_18 is not null
    and person_id is not null
