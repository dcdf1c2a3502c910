-- Grain: one row per payment a paying bank reported on in a loaded file.
select
    {{ clean_code('payment_id') }} as payment_id,
    {{ clean_code('account_no') }} as account_no,
    {{ clean_text('payee_name') }} as payee_name,
    {{ as_amount(trimmed('amount')) }} as amount,                           -- yuan
    {{ clean_code('result') }} as result,                                   -- paid or returned
    {{ clean_code('reason') }} as reason,
    {{ as_date(trimmed('value_on')) }} as value_on,
    file_month,
    file_sequence,
    _file_id as source_file_id,
    _row as source_row
from {{ counting_rows('bank', 'payment_return') }} as counting
