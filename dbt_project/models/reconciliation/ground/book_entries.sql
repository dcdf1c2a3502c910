-- Grain: one row per line of a deposit journal, opening rows aside, booked up to the last day of
-- the month.
with entries as (
    select * from {{ ref('stg_finance__deposit_journal') }}
    where
        booked_on <= {{ last_day_of(this_month()) }}
        and coalesce(counter_kind, '') <> 'opening'
),

files as (
    select * from {{ ref('stg_finance__file') }}
),

final as (
    select
        {{ entry_id('files.file_sha256', 'entries.source_row') }} as entry_id,
        entries.account_no,
        entries.booked_on,
        cast(
            coalesce(entries.debit_amount, 0) - coalesce(entries.credit_amount, 0)
            as numeric(28, 2)
        ) as amount,                                            -- yuan, a debit is positive
        entries.reference,
        entries.voucher_no,
        entries.fund,
        entries.counter_kind,
        entries.memo,
        files.file_month,
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
