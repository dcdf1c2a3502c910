-- Grain: one row per check, kind of payer, payer, scheme and month paid for. The rows of both sides
-- are read again for what differs alone.
{{ config(indexes=[
    {'columns': ['check_name', 'payer_kind', 'subject', 'scheme', 'for_month'], 'unique': true},
]) }}

with judged as (
    select * from {{ ref('review_sums') }}
),

differing as (
    select * from {{ ref('review_sums') }}
    where status <> 'matched'
),

-- The rows that explain a difference; a matched payer needs no explanation.
items as (
    select
        differing.check_name,
        differing.payer_kind,
        differing.subject,
        differing.scheme,
        differing.for_month,
        vouchers.kind as item_kind,
        vouchers.amount as item_amount,
        vouchers.collected_on as item_on,
        vouchers.voucher_no as item_reference
    from differing
    inner join {{ ref('review_voucher_payers') }} as vouchers
        on
            (differing.check_name = 'late_fee') = vouchers.is_late_fee
            and differing.payer_kind = vouchers.reviewed_as
            and differing.subject = coalesce(vouchers.subject, '')
            and differing.scheme = vouchers.scheme
            and differing.for_month = vouchers.for_month
    where vouchers.left_out_reason is null
    union all
    select
        differing.check_name,
        differing.payer_kind,
        differing.subject,
        differing.scheme,
        differing.for_month,
        contributions.kind as item_kind,
        contributions.received_amount as item_amount,
        contributions.arrived_on as item_on,
        contributions.reference as item_reference
    from differing
    inner join {{ ref('review_contributions') }} as contributions
        on
            differing.payer_kind = contributions.payer_kind
            and differing.subject = contributions.payer_id
            and differing.scheme = contributions.scheme
            and differing.for_month = contributions.for_month
    where
        differing.check_name = 'arrival_review'
        and contributions.left_out_reason is null
),

aged as (
    select
        *,
        {{ as_of_day() }} - item_on as item_age
    from items
),

explanations as (
    select
        check_name,
        payer_kind,
        subject,
        scheme,
        for_month,
        {{ item_list() }} as items
    from aged
    group by check_name, payer_kind, subject, scheme, for_month
),

final as (
    select
        judged.check_name,
        judged.payer_kind,
        judged.subject,
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
            and judged.subject = explanations.subject
            and judged.scheme = explanations.scheme
            and judged.for_month = explanations.for_month
)

select * from final
