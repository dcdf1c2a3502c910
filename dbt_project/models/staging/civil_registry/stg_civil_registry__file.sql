-- Grain: one row per loaded file of death events, of the month being built or earlier.
select
    file_id,
    format,
    file_division,
    file_month,
    file_sequence
from {{ counting_files('civil_registry') }} as files
