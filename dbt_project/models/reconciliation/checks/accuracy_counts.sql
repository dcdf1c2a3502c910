-- Grain: one row per month, format of fund data and division: what of it was compared, and what of
-- that is equal to its counterpart. Vouchers stand in review_rates.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    pre_hook="{{ forget_month() }}",
) }}

with receipts as (
    select
        *,
        sum(amount) over (partition by voucher_no) as received_amount
    from {{ ref('placed_receipts') }}
),

matched as (
    select * from {{ source('reconciliation_step', 'entry_matches') }}
    where step <> 'written_off'
),

compared as (
    select
        'treasury-receipt-csv/1' as format,
        division,
        coalesce(voucher_no is not null and received_amount = voucher_amount, false) as is_equal
    from receipts
    where {{ month_of('received_on') }} = {{ this_month() }}
    union all
    select
        files.format,
        files.file_division as division,
        matched.entry_id is not null as is_equal
    from {{ ref('bank_entries') }} as entries
    inner join {{ ref('stg_bank__file') }} as files on entries.source_file_id = files.file_id
    left join matched
        on
            entries.entry_id = matched.entry_id
            and matched.side = 'bank'
    where {{ month_of('entries.booked_on') }} = {{ this_month() }}
    union all
    select
        files.format,
        files.file_division as division,
        matched.entry_id is not null as is_equal
    from {{ ref('book_entries') }} as entries
    inner join {{ ref('stg_finance__file') }} as files on entries.source_file_id = files.file_id
    left join matched
        on
            entries.entry_id = matched.entry_id
            and matched.side = 'book'
    where
        entries.file_month = {{ this_month() }}
        and {{ month_of('entries.booked_on') }} = {{ this_month() }}
    union all
    select
        'payment-return-csv/1' as format,
        division,
        status in ('paid_confirmed', 'returned_reversed') as is_equal
    from {{ ref('payments_returned') }}
    where status <> 'unconfirmed'
    union all
    select
        'trial-balance-csv/1' as format,
        division,
        status = 'holds' as is_equal
    from {{ ref('fund_identity') }}
    where status <> 'not_received'
),

final as (
    select
        {{ this_month() }} as month,
        format,
        division,
        cast(sum(case when is_equal then 1 else 0 end) as bigint) as equal_count,
        cast(count(*) as bigint) as item_count
    from compared
    group by format, division
)

select * from final
