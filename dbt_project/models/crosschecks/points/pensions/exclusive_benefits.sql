-- Grain: one row per paid payment and benefit that others exclude: pension, unemployment benefit,
-- injury allowance. Of the persons alone whom a rule may speak of, for months up to the one built.
with payments as (
    select payments.*
    from {{ ref('paid_payments') }} as payments
    inner join {{ ref('benefit_suspects') }} as suspects on payments.person_id = suspects.person_id
    where payments.for_month <= {{ this_month() }}
),

entitlements as (
    select * from {{ checked_ledger('entitlements') }} as current_rows
),

persons as (
    select * from {{ checked_ledger('persons') }} as current_rows
),

items as (
    select
        payment_id,
        sum(case when item = '401' then item_amount end) as allowance_amount,
        sum(case when item = '101' then item_amount end) as basic_amount
    from {{ checked_ledger('payment_items') }} as current_rows
    where
        item in ('101', '401')
        and payment_id in (select payments.payment_id from payments)
    group by payment_id
),

placed as (
    select
        payments.*,
        entitlements.scheme as entitlement_scheme,
        entitlements.kind as entitlement_kind,
        entitlements.first_month,
        case
            when entitlements.entitlement_id is null then persons.division
            else entitlements.division
        end as entitlement_division,
        entitlements.source_file_id as entitlement_file_id,
        entitlements.source_row as entitlement_row,
        items.allowance_amount,
        items.basic_amount
    from payments
    left join entitlements on payments.entitlement_id = entitlements.entitlement_id
    left join items on payments.payment_id = items.payment_id
    left join persons on payments.person_id = persons.person_id
),

benefits as (
    select
        *,
        'pension' as benefit,
        entitlement_scheme as benefit_scheme,
        payment_amount as amount
    from placed
    where
        entitlement_kind in ('01', '02', '03')
        and entitlement_scheme in ('110', '120', '170')
    union all
    select
        *,
        'unemployment' as benefit,
        scheme as benefit_scheme,
        payment_amount as amount
    from placed
    where scheme = '210'
    union all
    select
        *,
        'allowance' as benefit,
        '410' as benefit_scheme,
        allowance_amount as amount
    from placed
    where allowance_amount is not null
),

final as (
    select
        row_key,
        benefit,
        person_id,
        benefit_scheme as scheme,
        entitlement_kind as kind,
        for_month,
        cast(amount as numeric(28, 2)) as amount,               -- yuan
        cast(coalesce(basic_amount, 0) as numeric(28, 2)) as basic_amount,      -- yuan
        entitlement_id,
        first_month,
        entitlement_division as division,       -- the person's where the entitlement is unknown
        source_file_id,
        source_row,
        entitlement_file_id,
        entitlement_row
    from benefits
)

select * from final
