-- Grain: one row per statement of an account in a loaded file.
select
    {{ clean_code('account_no') }} as account_no,
    {{ clean_code('currency') }} as currency,
    {{ as_amount(trimmed('opening_balance')) }} as opening_amount,          -- yuan
    {{ as_date(trimmed('opening_on')) }} as opening_on,
    {{ as_amount(trimmed('closing_balance')) }} as closing_amount,          -- yuan
    {{ as_date(trimmed('closing_on')) }} as closing_on,
    file_month,
    file_sequence,
    _file_id as source_file_id,
    _row as source_row
from {{ counting_rows('bank', 'statement') }} as counting
