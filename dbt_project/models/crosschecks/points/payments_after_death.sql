-- Grain: one row per payment for a month after the month of death, death benefits left out. A
-- database read live may hold later months than the one being built: they do not count.
with deceased as (
    select * from {{ ref('deceased_persons') }}
),

later_payments as (
    select payments.*
    from {{ current_ledger('payments') }} as payments
    inner join deceased
        on
            payments.person_id = deceased.person_id
            and payments.for_month > deceased.death_month
    where
        payments.is_paid
        and payments.for_month <= {{ this_month() }}
),

-- Per payment: what is no death benefit; item_count is 0 when every item is one.
items as (
    select
        payment_items.payment_id,
        sum(
            case when death_benefits.item is null then payment_items.item_amount else 0 end
        ) as amount,
        sum(case when death_benefits.item is null then 1 else 0 end) as item_count
    from {{ current_ledger('payment_items') }} as payment_items
    inner join later_payments on payment_items.payment_id = later_payments.payment_id
    left join {{ ref('death_benefit_items') }} as death_benefits
        on payment_items.item = death_benefits.item
    group by payment_items.payment_id
),

final as (
    select
        later_payments.payment_id,
        later_payments.person_id,
        coalesce(later_payments.scheme, '') as scheme,          -- empty when it is no standard code
        later_payments.division,
        later_payments.for_month,
        cast(
            case
                when items.payment_id is not null then coalesce(items.amount, 0)
                else coalesce(later_payments.payment_amount, 0)
            end as numeric(28, 2)
        ) as amount,                                            -- yuan
        later_payments.source_file_id,
        later_payments.source_row
    from later_payments
    left join items on later_payments.payment_id = items.payment_id
    where
        case
            when items.payment_id is null then coalesce(later_payments.kind, '') <> '51'
            else items.item_count > 0
        end
)

select * from final
