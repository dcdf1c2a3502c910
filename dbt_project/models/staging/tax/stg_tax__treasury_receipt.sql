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

ranked as (
    select
        *,
        row_number() over (
            partition by receipt_no
            order by
                file_month desc, file_sequence desc, file_division desc,
                source_file_id asc, source_row asc
        ) as recency
    from cleaned
),

schemes as (
    select * from {{ ref('stg_tax__scheme') }}
),

final as (
    select
        ranked.receipt_no,
        ranked.voucher_no,
        schemes.scheme,
        ranked.amount,
        ranked.received_on,
        ranked.transferred_on,
        ranked.division,
        ranked.file_month,
        ranked.file_sequence,
        ranked.source_file_id,
        ranked.source_row
    from ranked
    left join schemes on ranked.scheme = schemes.raw_scheme
    where ranked.recency = 1
)

select * from final
