-- Grain: one row per payment of which the statistics and the books say another amount than the
-- month's batch.
with payments as (
    select * from {{ current_ledger('payments') }} as current_rows
),

places as (
    select * from {{ ref('fiscal_divisions') }}
),

returned as (
    select
        entitlement_id,
        for_month,
        booked_month,
        payment_id
    from payments
    where
        result = '2'
        and entitlement_id is not null
        and for_month is not null
),

-- A payment that repeats one that came back is in no batch.
repeats as (
    select payments.payment_id
    from payments
    inner join returned
        on
            payments.entitlement_id = returned.entitlement_id
            and payments.for_month = returned.for_month
            and payments.payment_id <> returned.payment_id
    where
        payments.booked_month = {{ this_month() }}
        and (
            returned.booked_month < payments.booked_month
            or returned.booked_month = payments.booked_month
            and (
                payments.result = '1'
                or {{ by_code_point('returned.payment_id') }}
                < {{ by_code_point('payments.payment_id') }}
            )
        )
    group by payments.payment_id
),

batched as (
    select
        payments.payment_id,
        places.fiscal_division,
        places.fund,
        case
            when payments.is_paid and payments.for_month is not null
                then coalesce(payments.payment_amount, 0)
            else 0
        end as paid_amount,
        case
            when payments.result in ('1', '2') and repeats.payment_id is null
                then coalesce(payments.payment_amount, 0)
            else 0
        end as batch_amount
    from payments
    inner join places
        on
            payments.division = places.division
            and payments.scheme = places.scheme
    left join repeats on payments.payment_id = repeats.payment_id
    where payments.booked_month = {{ this_month() }}
),

entered as (
    select
        journal.reference as payment_id,
        fund_accounts.fiscal_division,
        fund_accounts.fund,
        sum(-journal.amount) as amount,
        max(case when journal.amount > 0 then 1 else 0 end) as has_return,
        min(journal.booked_on) as booked_on
    from {{ ref('book_entries') }} as journal
    inner join {{ ref('fund_accounts') }} as fund_accounts
        on journal.account_no = fund_accounts.account_no
    inner join payments on journal.reference = payments.payment_id
    where
        journal.file_month = {{ this_month() }}
        and {{ month_of('journal.booked_on') }} = {{ this_month() }}
        and journal.counter_kind = 'benefit'
        and fund_accounts.kind = 'expenditure'
        and fund_accounts.fiscal_division is not null
    group by journal.reference, fund_accounts.fiscal_division, fund_accounts.fund
),

keys as (
    select
        payment_id,
        fiscal_division,
        fund
    from batched
    union
    select
        payment_id,
        fiscal_division,
        fund
    from entered
),

compared as (
    select
        keys.payment_id,
        keys.fiscal_division,
        keys.fund,
        payments.booked_month = {{ this_month() }} as is_of_month,
        payments.result,
        coalesce(payments.payment_amount, 0) as amount,
        coalesce(batched.batch_amount, 0) as batch_amount,
        coalesce(entered.has_return, 0) = 1 as has_return,
        entered.booked_on,
        coalesce(batched.paid_amount, 0)
        - coalesce(batched.batch_amount, 0)
        - coalesce(entered.amount, 0) as difference
    from keys
    inner join payments on keys.payment_id = payments.payment_id
    left join batched
        on
            keys.payment_id = batched.payment_id
            and keys.fiscal_division = batched.fiscal_division
            and keys.fund = batched.fund
    left join entered
        on
            keys.payment_id = entered.payment_id
            and keys.fiscal_division = entered.fiscal_division
            and keys.fund = entered.fund
),

final as (
    select
        fiscal_division,
        fund,
        case
            when not coalesce(is_of_month, false) then 'timing'
            when result = '1' and has_return and difference = amount then 'returned_open'
            when result = '2' and difference = -amount then 'return_not_booked'
            when result = '1' and batch_amount = 0 and difference = amount then 'not_booked'
            else 'amount_differs'
        end as item_kind,
        cast(difference as numeric(28, 2)) as item_amount,      -- yuan
        booked_on as item_on,
        payment_id as item_reference
    from compared
    where difference <> 0
)

select * from final
