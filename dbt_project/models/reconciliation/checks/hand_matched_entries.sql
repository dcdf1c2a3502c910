-- Grain: one row per entry of the bank or the books that people matched by hand or wrote off; its
-- amount is signed as the bank's balance less that of the books.
with matched as (
    select
        side,
        entry_id,
        match_id,
        case when step = 'written_off' then 'written_off' else 'hand_matched' end as kind
    from {{ source('reconciliation_step', 'entry_matches') }}
    where step in ('hand', 'written_off')
),

entries as (
    select
        'bank' as side,
        entry_id,
        account_no,
        booked_on,
        amount,
        reference,
        cast(null as {{ dbt.type_string() }}) as voucher_no,
        counterparty_name,
        purpose,
        source_file_id,
        source_row,
        place
    from {{ ref('bank_entries') }}
    union all
    select
        'book' as side,
        entry_id,
        account_no,
        booked_on,
        -amount as amount,
        coalesce(reference, voucher_no) as reference,
        voucher_no,
        cast(null as {{ dbt.type_string() }}) as counterparty_name,
        memo as purpose,
        source_file_id,
        source_row,
        place
    from {{ ref('book_entries') }}
),

final as (
    select
        entries.side,
        entries.entry_id,
        entries.account_no,
        entries.booked_on,
        cast(entries.amount as numeric(28, 2)) as amount,       -- yuan
        matched.kind,
        entries.reference,
        entries.voucher_no,
        entries.counterparty_name,
        entries.purpose,
        entries.source_file_id,
        entries.source_row,
        matched.match_id,
        row_number() over (
            partition by matched.match_id
            order by entries.booked_on, entries.side, entries.place
        ) as place_in_match
    from entries
    inner join matched
        on
            entries.side = matched.side
            and entries.entry_id = matched.entry_id
    where entries.account_no is not null
)

select * from final
