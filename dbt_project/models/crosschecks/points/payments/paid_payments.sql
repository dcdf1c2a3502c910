-- Grain: one row per payment (AC82) of the batch of the month that is paid: its own result says so
-- and no return file of a bank says otherwise. Months later than the one being built are in it,
-- too: each rule compares the month it judges by.
{{ config(unlogged=true) }}

with payments as (
    select * from {{ checked_ledger('payments') }} as current_rows
    where is_paid
),

bank_returns as (
    select * from {{ ref('bank_returns') }}
),

-- Items are many times as many as payments: those alone are counted that can be nothing but death
-- benefits. benefit_count is 0 when every item is one.
suspects as (
    select payment_id
    from payments
    where kind = '51'
    union distinct
    select payment_items.payment_id
    from {{ checked_ledger('payment_items') }} as payment_items
    inner join {{ ref('death_benefit_items') }} as death_benefits
        on payment_items.item = death_benefits.item
),

items as (
    select
        payment_items.payment_id,
        sum(case when death_benefits.item is null then 1 else 0 end) as benefit_count
    from {{ checked_ledger('payment_items') }} as payment_items
    inner join suspects on payment_items.payment_id = suspects.payment_id
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
            when payments.orphan_reason = 'unknown_person' then entitlements.division
            else payments.division
        end as division,
        payments.payment_amount,                                            -- yuan
        coalesce(
            items.benefit_count = 0 or (items.payment_id is null and payments.kind = '51'), false
        ) as is_death_benefit,
        payments.source_file_id,
        payments.source_row
    from payments
    left join bank_returns on payments.payment_id = bank_returns.payment_id
    left join items on payments.payment_id = items.payment_id
    left join {{ checked_ledger('persons') }} as persons
        on
            payments.person_id = persons.person_id
            and payments.orphan_reason = 'unknown_entitlement'
    left join {{ checked_ledger('entitlements') }} as entitlements
        on
            payments.entitlement_id = entitlements.entitlement_id
            and payments.orphan_reason = 'unknown_person'
    where bank_returns.payment_id is null
)

select * from final
