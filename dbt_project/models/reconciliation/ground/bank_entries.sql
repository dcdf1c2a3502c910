-- Grain: one row per entry of a bank statement booked up to the last day of the month.
with entries as (
    select * from {{ ref('stg_bank__statement_entry') }}
    where booked_on <= {{ last_day_of(this_month()) }}
),

files as (
    select * from {{ ref('stg_bank__file') }}
),

final as (
    select
        {{ entry_id('files.file_sha256', 'entries.source_row') }} as entry_id,
        entries.account_no,
        entries.booked_on,
        cast(
            case when entries.direction = 'D' then -entries.amount else entries.amount end
            as numeric(18, 2)
        ) as amount,                                            -- yuan, into the account positive
        entries.reference,
        entries.counterparty_name,
        entries.counterparty_account,
        entries.purpose,
        entries.entry_code,
        files.file_division,
        row_number() over (
            order by
                files.file_month, files.file_sequence, files.file_division, files.file_id,
                entries.source_row
        ) as place,
        entries.source_file_id,
        entries.source_row
    from entries
    inner join files on entries.source_file_id = files.file_id
)

select * from final
