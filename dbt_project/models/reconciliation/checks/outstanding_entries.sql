-- Grain: one row per entry of the bank or the books that nothing on the other side belongs to;
-- its amount is signed as the bank's balance less that of the books.
with matched as (
    select * from {{ source('reconciliation_step', 'entry_matches') }}
),

entries as (
    select
        'bank' as side,
        entry_id,
        account_no,
        booked_on,
        amount,
        case
            when amount < 0 then 'bank_paid_not_booked' else 'bank_received_not_booked'
        end as kind,
        reference,
        cast(null as {{ dbt.type_string() }}) as voucher_no,
        counterparty_name,
        purpose,
        source_file_id,
        source_row
    from {{ ref('bank_entries') }}
    union all
    select
        'book' as side,
        entry_id,
        account_no,
        booked_on,
        -amount as amount,
        case
            when amount < 0 then 'booked_paid_not_banked' else 'booked_received_not_banked'
        end as kind,
        coalesce(reference, voucher_no) as reference,
        voucher_no,
        cast(null as {{ dbt.type_string() }}) as counterparty_name,
        memo as purpose,
        source_file_id,
        source_row
    from {{ ref('book_entries') }}
),

final as (
    select
        entries.side,
        entries.entry_id,
        entries.account_no,
        entries.booked_on,
        cast(entries.amount as numeric(28, 2)) as amount,       -- yuan
        entries.kind,
        entries.reference,
        entries.voucher_no,
        entries.counterparty_name,
        entries.purpose,
        entries.source_file_id,
        entries.source_row
    from entries
    left join matched
        on
            entries.side = matched.side
            and entries.entry_id = matched.entry_id
    where
        matched.entry_id is null
        and entries.account_no is not null
)

select * from final
