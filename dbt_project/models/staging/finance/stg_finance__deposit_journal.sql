-- Grain: one row per line of a deposit journal in a loaded file.
select
    {{ clean_code('voucher_no') }} as voucher_no,
    {{ as_date(trimmed('booked_on')) }} as booked_on,
    {{ clean_code('account_no') }} as account_no,
    {{ clean_code('fund') }} as fund,
    {{ as_amount(trimmed('debit')) }} as debit_amount,                      -- yuan
    {{ as_amount(trimmed('credit')) }} as credit_amount,                    -- yuan
    {{ clean_code('counter_kind') }} as counter_kind,
    {{ clean_text('reference') }} as reference,
    {{ clean_text('memo') }} as memo,
    file_month,
    file_sequence,
    _file_id as source_file_id,
    _row as source_row
from {{ counting_rows('finance', 'deposit_journal') }} as counting
