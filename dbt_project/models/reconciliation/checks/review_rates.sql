-- Grain: one row per month, division of the payer as the vouchers say it, and year collected in
-- (this one or an earlier one).
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    pre_hook="{{ forget_month() }}",
) }}

with vouchers as (
    select
        *,
        coalesce(subject, '') as subject_key,
        {{ month_of('collected_on') }} < {{ first_month_of_year() }} as is_of_earlier_year
    from {{ ref('review_voucher_payers') }}
    where
        not is_late_fee
        and not is_refund_without_original
),

final as (
    select
        {{ this_month() }} as month,
        vouchers.payer_division as division,
        vouchers.is_of_earlier_year,
        count(*) as voucher_count,
        sum(case when review.status = 'matched' then 1 else 0 end) as matched_count
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
