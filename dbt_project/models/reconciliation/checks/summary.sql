-- Grain: one row per month, check and metric: what was reviewed, what agrees, what was left out.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    pre_hook="{{ forget_month() }}",
) }}

with files as (
    select count(*) as file_count
    from {{ ref('stg_tax__file') }}
    where
        file_month = {{ this_month() }}
        and format = 'tax-voucher-csv/1'
),

payers as (
    select
        *,
        coalesce(subject, '') as subject_key
    from {{ ref('review_voucher_payers') }}
),

vouchers as (
    select
        vouchers.scheme,
        vouchers.for_month,
        vouchers.is_without_amount,
        vouchers.is_late_fee,
        vouchers.is_refund_without_original,
        vouchers.voucher_count,
        review.status
    from payers as vouchers
    left join {{ ref('arrival_review') }} as review
        on
            review.check_name = 'arrival_review'
            and not vouchers.is_late_fee
            and vouchers.reviewed_as = review.payer_kind
            and vouchers.subject_key = review.subject
            and vouchers.scheme = review.scheme
            and vouchers.for_month = review.for_month
),

contributions as (
    select * from {{ ref('placed_contributions') }}
),

statuses as (
    select
        status,
        count(*) as row_count
    from {{ ref('arrival_review') }}
    group by status
),

metrics as (
    select
        'tax_files' as metric,
        file_count as numerator,
        null as denominator
    from files
    union all
    select
        'review_rate' as metric,
        sum(case when status = 'matched' then voucher_count else 0 end) as numerator,
        sum(
            case when is_late_fee or is_refund_without_original then 0 else voucher_count end
        ) as denominator
    from vouchers
    union all
    select
        'vouchers_of_late_fees' as metric,
        sum(case when is_late_fee then voucher_count else 0 end) as numerator,
        coalesce(sum(voucher_count), 0) as denominator
    from vouchers
    union all
    select
        'refunds_without_original' as metric,
        sum(case when is_refund_without_original then voucher_count else 0 end) as numerator,
        coalesce(sum(voucher_count), 0) as denominator
    from vouchers
    union all
    select
        'vouchers_left_out_unknown_scheme' as metric,
        sum(case when scheme is null then voucher_count else 0 end) as numerator,
        coalesce(sum(voucher_count), 0) as denominator
    from vouchers
    union all
    select
        'vouchers_left_out_unreal_month' as metric,
        sum(case when for_month is null then voucher_count else 0 end) as numerator,
        coalesce(sum(voucher_count), 0) as denominator
    from vouchers
    union all
    select
        'vouchers_left_out_no_amount' as metric,
        sum(case when is_without_amount then voucher_count else 0 end) as numerator,
        coalesce(sum(voucher_count), 0) as denominator
    from vouchers
    {% for reason in ['unreal_month', 'unknown_scheme', 'unknown_person'] %}
    union all
    select
        'contributions_left_out_{{ reason }}' as metric,
        sum(
            case when left_out_reason = '{{ reason }}' then contribution_count else 0 end
        ) as numerator,
        coalesce(sum(contribution_count), 0) as denominator
    from contributions
    {% endfor %}
    union all
    select
        'rows_' || status as metric,
        row_count as numerator,
        null as denominator
    from statuses
),

final as (
    select
        {{ this_month() }} as month,
        'arrival_review' as check_name,
        metric,
        cast(coalesce(numerator, 0) as bigint) as numerator,
        cast(denominator as bigint) as denominator
    from metrics
)

select * from final
