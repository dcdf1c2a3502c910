-- Grain: one row per item of the four-way rows: what stands on one side of a step alone.
with places as (
    select * from {{ ref('fiscal_divisions') }}
),

review_items as (
    select
        'agency' as party,
        places.fiscal_division,
        places.fund,
        review.status = 'late_fee' as is_late_fee,
        case
            when
                review.status = 'tax_only'
                and {{ in_last_days('review.first_moved_on') }}
                and {{ in_last_days('review.last_moved_on') }}
                then 'timing'
            when former.subject is not null and review.status <> 'late_fee' then 'timing'
            else review.status
        end as item_kind,
        review.difference as item_amount,
        review.first_moved_on as item_on,
        review.subject || '/' || review.for_month as item_reference
    from {{ ref('reviewed_payers') }} as review
    inner join places
        on
            review.division = places.division
            and review.scheme = places.scheme
    left join {{ ref('former_review') }} as former
        on
            review.subject = former.subject
            and review.scheme = former.scheme
            and review.for_month = former.for_month
            and review.difference = -former.difference
    where review.status <> 'matched'
    union all
    select
        'agency' as party,
        fiscal_division,
        fund,
        is_late_fee,
        'open' as item_kind,
        amount as item_amount,
        collected_on as item_on,
        voucher_no as item_reference
    from {{ ref('placed_vouchers') }}
    where
        is_refund_without_original
        and fiscal_division is not null
),

final as (
    {% for relation in ['review_items', ref('treasury_items')] %}
    select
        party,
        fiscal_division,
        fund,
        is_late_fee,
        item_kind,
        cast(item_amount as numeric(28, 2)) as item_amount,     -- yuan
        item_on,
        item_reference
    from {{ relation }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from final
