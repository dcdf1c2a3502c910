-- Grain: one row per month and item of a balance statement: an outstanding entry, an entry written
-- off, or what a hand match leaves; it has the first entry of the match.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    pre_hook="{{ forget_month() }}",
) }}

with outstanding as (
    select * from {{ ref('outstanding_entries') }}
),

hand_matched as (
    select * from {{ ref('hand_matched_entries') }}
),

left_over as (
    select
        match_id,
        sum(amount) as amount
    from hand_matched
    group by match_id
),

items as (
    select
        side,
        entry_id,
        account_no,
        booked_on,
        amount,
        kind,
        reference,
        voucher_no,
        counterparty_name,
        purpose,
        source_file_id,
        source_row,
        cast(null as {{ dbt.type_string() }}) as match_id,
        cast(booked_on + interval '2 months' as date) < {{ as_of_day() }} as is_old
    from outstanding
    union all
    select
        hand_matched.side,
        hand_matched.entry_id,
        hand_matched.account_no,
        hand_matched.booked_on,
        left_over.amount,
        hand_matched.kind,
        hand_matched.reference,
        hand_matched.voucher_no,
        hand_matched.counterparty_name,
        hand_matched.purpose,
        hand_matched.source_file_id,
        hand_matched.source_row,
        hand_matched.match_id,
        false as is_old
    from hand_matched
    inner join left_over on hand_matched.match_id = left_over.match_id
    where hand_matched.place_in_match = 1
),

final as (
    select
        {{ this_month() }} as month,
        account_no,
        side,
        entry_id,
        kind,
        booked_on,
        cast(amount as numeric(28, 2)) as amount,               -- yuan
        reference,
        voucher_no,
        counterparty_name,
        purpose,
        {{ as_of_day() }} - booked_on as age_days,
        is_old,
        match_id,
        source_file_id,
        source_row
    from items
)

select * from final
