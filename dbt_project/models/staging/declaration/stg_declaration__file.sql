-- Grain: one row per loaded file of base declarations, of this month or earlier.
select
    file_id,
    format,
    file_division,
    file_month,
    file_sequence
from {{ counting_files('declaration') }} as files
