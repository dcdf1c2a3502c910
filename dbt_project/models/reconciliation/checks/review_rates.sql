-- Grain: one row per month, division of the payer as the vouchers say it, and year collected in
-- (this one or an earlier one).
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    pre_hook="{{ forget_month() }}",
) }}

with vouchers as (
    {% for is_of_earlier_year, count in [
        ('false', 'voucher_count - earlier_year_count'), ('true', 'earlier_year_count')
    ] %}
    select
        reviewed_as,
        coalesce(subject, '') as subject_key,
        scheme,
        for_month,
        payer_division,
        {{ is_of_earlier_year }} as is_of_earlier_year,
        {{ count }} as voucher_count
    from {{ ref('review_voucher_payers') }}
    where
        not is_late_fee
        and not is_refund_without_original
        and {{ count }} > 0
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select
        {{ this_month() }} as month,
        vouchers.payer_division as division,
        vouchers.is_of_earlier_year,
        cast(sum(vouchers.voucher_count) as bigint) as voucher_count,
        cast(
            sum(
                case when review.status = 'matched' then vouchers.voucher_count else 0 end
            ) as bigint
        ) as matched_count
    from vouchers
    left join {{ ref('arrival_review') }} as review
        on
            review.check_name = 'arrival_review'
            and vouchers.reviewed_as = review.payer_kind
            and vouchers.subject_key = review.subject
            and vouchers.scheme = review.scheme
            and vouchers.for_month = review.for_month
    group by vouchers.payer_division, vouchers.is_of_earlier_year
)

select * from final
