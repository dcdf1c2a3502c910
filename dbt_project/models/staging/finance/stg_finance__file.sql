-- Grain: one row per loaded file of the accounting software, of this month or earlier.
select
    files.file_id,
    files.format,
    files.division as file_division,
    files.month as file_month,
    files.sequence as file_sequence,
    files.sha256 as file_sha256
from {{ source('finance', 'files') }} as files
where files.month <= {{ this_month() }}
