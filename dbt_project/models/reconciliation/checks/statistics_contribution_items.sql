-- Grain: one row per item that explains what the contributions of the statistics are more or less
-- than those of the books, in the order of the money.
-- Steps of which one party was not heard have none.
with steps as (
    select
        division as fiscal_division,
        scheme as fund,
        case when party_b = 'agency' then 'agency' else party_a end as party
    from {{ ref('four_way') }}
    where status <> 'not_received'
),

reviewed as (
    select * from {{ ref('placed_contributions') }}
    where left_out_reason is null
),

late_credits as (
    select
        parts.entry_id,
        sum(parts.amount) as amount
    from {{ ref('credit_parts') }} as parts
    inner join {{ ref('placed_receipts') }} as receipts on parts.receipt_no = receipts.receipt_no
    where receipts.is_late_fee
    group by parts.entry_id
),

accounts as (
    select * from {{ ref('fund_accounts') }}
    where
        kind in ('fiscal', 'income')
        and fiscal_division is not null
),

entries as (
    select
        'bank' as side,
        entries.entry_id,
        entries.account_no,
        entries.booked_on,
        entries.place,
        entries.reference,
        credits.entry_id is not null as is_credit,
        case
            when {{ month_of('entries.booked_on') }} = {{ this_month() }}
                then coalesce(credits.amount - coalesce(late_credits.amount, 0), 0)
            else 0
        end as amount
    from {{ ref('bank_entries') }} as entries
    inner join accounts on entries.account_no = accounts.account_no
    left join {{ ref('treasury_credits') }} as credits on entries.entry_id = credits.entry_id
    left join late_credits on entries.entry_id = late_credits.entry_id
    union all
    select
        'book' as side,
        entries.entry_id,
        entries.account_no,
        entries.booked_on,
        entries.place,
        coalesce(entries.reference, entries.voucher_no) as reference,
        false as is_credit,
        case
            when
                entries.file_month = {{ this_month() }}
                and {{ month_of('entries.booked_on') }} = {{ this_month() }}
                and entries.counter_kind in ('contribution', 'refund')
                then -entries.amount
            else 0
        end as amount
    from {{ ref('book_entries') }} as entries
    inner join accounts on entries.account_no = accounts.account_no
),

grouped as (
    select
        entries.*,
        coalesce(pairs.step <> 'written_off', false) as is_matched,
        coalesce(pairs.step = 'written_off', false) as is_written_off,
        case
            when pairs.step <> 'written_off' then pairs.match_id
            else entries.side || ':' || entries.entry_id
        end as group_id
    from entries
    left join {{ source('reconciliation_step', 'entry_matches') }} as pairs
        on
            entries.side = pairs.side
            and entries.entry_id = pairs.entry_id
),

-- What speaks for a group: the treasury's credit, else the first entry of the books.
ranked as (
    select
        *,
        row_number() over (
            partition by group_id
            order by
                case when is_credit then 0 when side = 'book' then 1 else 2 end, booked_on, place
        ) as rank_in_group
    from grouped
),

sums as (
    select
        group_id,
        min(account_no) as account_no,
        sum(amount) as amount,
        max(case when is_matched then 1 else 0 end) as is_matched,
        max(case when is_written_off then 1 else 0 end) as is_written_off,
        max(case when is_credit then 1 else 0 end) as has_credit,
        min({{ month_of('booked_on') }}) as first_month,
        max({{ month_of('booked_on') }}) as last_month,
        min(side) as side,
        max(case when rank_in_group = 1 then booked_on end) as spoken_on,
        max(case when rank_in_group = 1 then reference end) as spoken_reference
    from ranked
    group by group_id
),

of_entries as (
    select
        accounts.fiscal_division,
        accounts.fund,
        case
            when sums.is_written_off = 1 then 'written_off'
            when sums.is_matched = 0 and sums.side = 'bank' then 'bank_received_not_booked'
            when sums.is_matched = 0 and sums.amount > 0 then 'booked_paid_not_banked'
            when sums.is_matched = 0 then 'booked_received_not_banked'
            when sums.has_credit = 0 then 'direct'
            when sums.first_month <> sums.last_month then 'timing'
            else 'misbooked'
        end as item_kind,
        sums.amount as item_amount,
        sums.spoken_on as item_on,
        sums.spoken_reference as item_reference
    from sums
    inner join accounts on sums.account_no = accounts.account_no
    where sums.amount <> 0
),

of_steps as (
    select
        items.fiscal_division,
        items.fund,
        items.item_kind,
        case
            when items.party = 'agency' then -items.item_amount else items.item_amount
        end as item_amount,
        items.item_on,
        items.item_reference
    from {{ ref('four_way_items') }} as items
    inner join steps
        on
            items.fiscal_division = steps.fiscal_division
            and items.fund = steps.fund
            and items.party = steps.party
    where not items.is_late_fee
),

not_counted as (
    select
        fiscal_division,
        fund,
        'not_in_statistics' as item_kind,
        -received_amount as item_amount,
        arrived_on as item_on,
        reference as item_reference
    from reviewed
    where
        not counts_in_statistics
        and fiscal_division is not null
        and received_amount <> 0
),

every_item as (
    {% for part in ['not_counted', 'of_steps', 'of_entries'] %}
    select
        fiscal_division,
        fund,
        item_kind,
        item_amount,
        item_on,
        item_reference
    from {{ part }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select
        fiscal_division,
        fund,
        item_kind,
        cast(item_amount as numeric(28, 2)) as item_amount,     -- yuan
        item_on,
        item_reference
    from every_item
)

select * from final
