-- Grain: one row per receipt number: as the file of the latest month and sequence has it.
with landed as (
    select * from {{ counting_rows('tax', 'treasury_receipt') }} as counting
),

cleaned as (
    select
        {{ clean_code('receipt_no') }} as receipt_no,
        {{ clean_code('voucher_no') }} as voucher_no,
        {{ clean_code('scheme') }} as scheme,
        {{ as_amount(trimmed('amount')) }} as amount,                       -- yuan
        {{ as_date(trimmed('received_on')) }} as received_on,
        {{ as_date(trimmed('transferred_on')) }} as transferred_on,
        {{ clean_code('division') }} as division,
        file_month,
        file_sequence,
        file_division,
        _file_id as source_file_id,
        _row as source_row
    from landed
    {{ computed_once() }}
),

latest as (
    select *
    from {{ latest_rows_with_scheme('cleaned', key='receipt_no', schemes=ref('stg_tax__scheme')) }}
        as latest_rows
),

final as (
    select
        latest.receipt_no,
        latest.voucher_no,
        latest.standard_scheme as scheme,
        latest.amount,
        latest.received_on,
        latest.transferred_on,
        latest.division,
        latest.file_month,
        latest.file_sequence,
        latest.source_file_id,
        latest.source_row
    from latest
)

select * from final
