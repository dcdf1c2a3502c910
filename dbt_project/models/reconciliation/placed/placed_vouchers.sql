-- Grain: one row per voucher in the month's tax files, who pays it and where its money pools: at
-- the fiscal division of its row in the arrival review; none without scheme or amount, nor where
-- the division or the account is missing.
{{ config(materialized='ctas', pre_hook="{{ join_by_hash(without_merging=true) }}") }}

with of_month as (
    select * from {{ ref('stg_tax__voucher') }}
    where file_month = {{ this_month() }}
),

payers as (
    select
        *,
        -- Several vouchers of a number nobody has: their row stands at the smallest division.
        min(payer_division) over (
            partition by
                is_unknown_payer, is_late_fee, is_refund_without_original, is_without_amount,
                subject, scheme, for_month
        ) as row_division
    from {{ ref('review_voucher_payers') }}
),

located as (
    select
        payers.*,
        fiscal_divisions.fund,
        fiscal_divisions.fiscal_division,
        fiscal_divisions.account_no
    from payers
    left join {{ ref('fiscal_divisions') }} as fiscal_divisions
        on
            case
                when payers.is_unknown_payer and payers.is_refund_without_original
                    then payers.payer_division
                when payers.is_unknown_payer then payers.row_division
                else payers.payers_division
            end = fiscal_divisions.division
            and payers.scheme = fiscal_divisions.scheme
            and not payers.is_without_amount
),

final as (
    select
        vouchers.voucher_no,
        located.scheme,
        vouchers.amount,                                        -- yuan
        vouchers.collected_on,
        located.is_late_fee,
        located.is_refund_without_original,
        located.reviewed_as as payer_kind,
        located.subject,
        located.fund,
        located.fiscal_division,
        located.account_no,
        located.left_out_reason,
        vouchers.source_file_id,
        vouchers.source_row
    from {{ vouchers_with_originals('of_month', ref('stg_tax__voucher')) }} as vouchers
    inner join located on {{ is_summed_in('vouchers', 'located') }}
)

select * from final
