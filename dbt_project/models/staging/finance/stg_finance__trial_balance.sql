-- Grain: one row per month, fund and subject of a trial balance in a loaded file.
select
    {{ as_month(trimmed('month')) }} as book_month,
    {{ clean_code('fund') }} as fund,
    {{ clean_code('subject_code') }} as subject_code,
    {{ clean_text('subject_name') }} as subject_name,
    {{ as_amount(trimmed('opening')) }} as opening_amount,                  -- yuan
    {{ as_amount(trimmed('debit')) }} as debit_amount,                      -- yuan
    {{ as_amount(trimmed('credit')) }} as credit_amount,                    -- yuan
    {{ as_amount(trimmed('closing')) }} as closing_amount,                  -- yuan
    file_month,
    file_sequence,
    _file_id as source_file_id,
    _row as source_row
from {{ counting_rows('finance', 'trial_balance') }} as counting
