-- Grain: one row per payment (AC82) of the batch of the month that is paid: its own result says so
-- and no return file of a bank says otherwise. Months later than the one being built are in it,
-- too: each rule compares the month it judges by.
{{ config(unlogged=true) }}

with payments as (
    select * from {{ current_ledger('payments') }} as current_rows
    where is_paid
),

bank_returns as (
    select * from {{ ref('bank_returns') }}
),

-- Per payment, whose items are many times as many as payments: what is no death benefit is kept
-- apart; benefit_count is 0 when every item is one.
items as (
    select
        payment_items.payment_id,
        count(*) as item_count,
        sum(case when death_benefits.item is null then 1 else 0 end) as benefit_count,
        sum(
            case when death_benefits.item is null then payment_items.item_amount else 0 end
        ) as gross_amount,
        sum(
            case when payment_items.item = '101' then payment_items.item_amount end
        ) as basic_amount,
        sum(
            case when payment_items.item = '102' then payment_items.item_amount end
        ) as account_amount
    from {{ current_ledger('payment_items') }} as payment_items
    left join {{ ref('death_benefit_items') }} as death_benefits
        on payment_items.item = death_benefits.item
    group by payment_items.payment_id
),

final as (
    select
        payments.row_key,
        payments.payment_id,
        payments.person_id,
        payments.entitlement_id,
        coalesce(payments.scheme, '') as scheme,                -- empty when it is no standard code
        payments.kind,
        payments.booked_month,
        payments.for_month,
        payments.account_no,
        payments.channel,
        payments.handled_on,
        case
            when payments.orphan_reason = 'unknown_entitlement' then persons.division
            else payments.division
        end as division,
        payments.payment_amount,                                            -- yuan
        cast(coalesce(items.item_count, 0) as integer) as item_count,
        coalesce(
            items.benefit_count = 0 or (items.payment_id is null and payments.kind = '51'), false
        ) as is_death_benefit,
        cast(
            case
                when items.payment_id is not null then coalesce(items.gross_amount, 0)
                when payments.kind = '51' then 0
                else coalesce(payments.payment_amount, 0)
            end as numeric(28, 2)
        ) as gross_amount,                                                  -- yuan
        cast(coalesce(items.basic_amount, 0) as numeric(28, 2)) as basic_amount,        -- yuan
        cast(coalesce(items.account_amount, 0) as numeric(28, 2)) as account_amount,    -- yuan
        payments.source_file_id,
        payments.source_row
    from payments
    left join bank_returns on payments.payment_id = bank_returns.payment_id
    left join items on payments.payment_id = items.payment_id
    left join {{ current_ledger('persons') }} as persons
        on
            payments.person_id = persons.person_id
            and payments.orphan_reason = 'unknown_entitlement'
    where bank_returns.payment_id is null
)

select * from final
