-- Grain: one row per check, kind of payer, payer, scheme and month paid for.
with movements as (
    select
        *,
        coalesce(subject, '') as subject_key
    from {{ ref('review_movements') }}
),

sums as (
    select
        check_name,
        payer_kind,
        subject_key,
        scheme,
        for_month,
        min(voucher_division) as voucher_division,
        cast(
            sum(case when party = 'tax' then amount else 0 end) as numeric(28, 2)
        ) as tax_amount,
        cast(
            sum(case when party = 'agency' then amount else 0 end) as numeric(28, 2)
        ) as agency_amount,
        min(moved_on) as first_moved_on,
        max(moved_on) as last_moved_on,
        sum(case when party = 'tax' then 1 else 0 end) as tax_count,
        sum(case when party = 'agency' then 1 else 0 end) as agency_count
    from movements
    group by check_name, payer_kind, subject_key, scheme, for_month
),

judged as (
    select
        *,
        case
            when check_name = 'late_fee' then 'late_fee'
            when payer_kind = 'unknown' then 'unknown_payer'
            when tax_amount = agency_amount then 'matched'
            when tax_count > 0 and agency_count > 0 then 'amount_differs'
            when tax_count > 0 then 'tax_only'
            else 'agency_only'
        end as status
    from sums
),

-- The movements that explain a difference; a matched payer needs no explanation.
items as (
    select
        judged.check_name,
        judged.payer_kind,
        judged.subject_key,
        judged.scheme,
        judged.for_month,
        movements.kind as item_kind,
        movements.amount as item_amount,
        movements.moved_on as item_on,
        movements.reference as item_reference,
        {{ as_of_day() }} - movements.moved_on as item_age
    from judged
    inner join movements
        on
            judged.check_name = movements.check_name
            and judged.payer_kind = movements.payer_kind
            and judged.subject_key = movements.subject_key
            and judged.scheme = movements.scheme
            and judged.for_month = movements.for_month
    where judged.status <> 'matched'
),

explanations as (
    select
        check_name,
        payer_kind,
        subject_key,
        scheme,
        for_month,
        {{ item_list() }} as items
    from items
    group by check_name, payer_kind, subject_key, scheme, for_month
),

final as (
    select
        judged.check_name,
        judged.payer_kind,
        judged.subject_key as subject,
        judged.scheme,
        judged.for_month,
        judged.voucher_division,
        judged.tax_amount,                                      -- yuan
        judged.agency_amount,                                   -- yuan
        judged.first_moved_on,
        judged.last_moved_on,
        judged.status,
        coalesce(explanations.items, '[]') as items
    from judged
    left join explanations
        on
            judged.check_name = explanations.check_name
            and judged.payer_kind = explanations.payer_kind
            and judged.subject_key = explanations.subject_key
            and judged.scheme = explanations.scheme
            and judged.for_month = explanations.for_month
)

select * from final
