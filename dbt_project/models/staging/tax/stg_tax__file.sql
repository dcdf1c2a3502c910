-- Grain: one row per loaded file of the tax bureau or the treasury, of this month or earlier.
select
    file_id,
    format,
    file_division,
    file_month,
    file_sequence
from {{ counting_files('tax') }} as files
