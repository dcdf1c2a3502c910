-- Grain: one row per entry of a bank statement in a loaded file.
select
    {{ clean_code('account_no') }} as account_no,
    {{ as_date(trimmed('booked_on')) }} as booked_on,
    {{ as_date(trimmed('value_on')) }} as value_on,
    {{ as_amount(trimmed('amount')) }} as amount,               -- yuan, as the direction says
    {{ clean_code('direction') }} as direction,                 -- C into the account, D out of it
    {{ clean_text('counterparty_name') }} as counterparty_name,
    {{ clean_code('counterparty_account') }} as counterparty_account,
    {{ clean_text('reference') }} as reference,
    {{ clean_text('purpose') }} as purpose,
    {{ as_amount(trimmed('balance_after')) }} as balance_after_amount,      -- yuan
    {{ clean_code('entry_code') }} as entry_code,
    file_month,
    file_sequence,
    _file_id as source_file_id,
    _row as source_row
from {{ counting_rows('bank', 'statement_entry') }} as counting
