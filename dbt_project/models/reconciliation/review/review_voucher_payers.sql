-- Grain: one row per voucher in the month's tax files, with the employer or person paying it. A
-- refund is placed with its original, one whose original is in no loaded file, or is a refund
-- itself, with what it names.
{{ config(indexes=[{'columns': ['voucher_no'], 'unique': true}]) }}

with of_month as (
    select * from {{ ref('stg_tax__voucher') }}
    where file_month = {{ this_month() }}
),

employers as (
    select * from {{ current_ledger('employers') }} as current_rows
),

persons as (
    select * from {{ current_ledger('persons') }} as current_rows
),

paying_persons as (
    select
        payer_id,
        scheme,
        for_month,
        {{ this_month() }} as booked_month
    from {{ ref('review_contributions') }}
    where
        payer_kind = 'person'
        and left_out_reason is null
    group by payer_id, scheme, for_month
),

placed as (
    select
        *,
        payer_scheme as scheme,
        payer_month as for_month
    from {{ vouchers_with_originals('of_month', ref('stg_tax__voucher')) }} as with_originals
),

final as (
    select
        voucher_no,
        kind,
        is_late_fee,
        is_refund_without_original,
        payer_kind,
        payer_number,
        payer_key,
        scheme,
        for_month,
        payer_division,
        amount,                                                 -- yuan, negative for a refund
        collected_on,
        source_file_id,
        source_row,
        payer_id,
        coalesce(payer_id, payer_number) as subject,
        payer_id is null as is_unknown_payer,
        case when payer_id is null then 'unknown' else payer_kind end as reviewed_as,
        case
            when is_refund_without_original then 'refund_without_original'
            when scheme is null then 'unknown_scheme'
            when for_month is null then 'unreal_month'
            when amount is null then 'no_amount'
        end as left_out_reason
    from {{ vouchers_with_payers('placed', 'paying_persons') }} as with_payers
)

select * from final
