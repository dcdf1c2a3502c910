-- Grain: one row per voucher in the month's tax files; a refund is placed with its original, one
-- whose original is in no loaded file, or is a refund itself, with what it names.
with vouchers as (
    select * from {{ ref('stg_tax__voucher') }}
),

of_month as (
    select * from vouchers
    where file_month = {{ this_month() }}
),

with_originals as (
    select
        of_month.*,
        originals.voucher_no as known_original_no,
        coalesce(originals.kind, of_month.kind) as payer_source,
        case
            when originals.voucher_no is null then of_month.taxpayer_no else originals.taxpayer_no
        end as payer_taxpayer_no,
        case
            when originals.voucher_no is null then of_month.person_id_number
            else originals.person_id_number
        end as payer_person_number,
        case
            when originals.voucher_no is null then of_month.identity_key else originals.identity_key
        end as payer_identity_key,
        coalesce(originals.scheme, of_month.scheme) as payer_scheme,
        coalesce(originals.from_month, of_month.from_month) as payer_month,
        coalesce(originals.division, of_month.division) as payer_division
    from of_month
    left join vouchers as originals
        on
            of_month.original_voucher_no = originals.voucher_no
            and of_month.kind = 'refund'
            and of_month.voucher_no <> originals.voucher_no
            and originals.kind <> 'refund'
),

-- A refund whose original is unknown is paid by the employer it names, else by the person.
with_payers as (
    select
        *,
        case
            when payer_source = 'flexible' then 'person'
            when payer_source = 'refund' and payer_taxpayer_no is null then 'person'
            else 'employer'
        end as payer_kind
    from with_originals
),

final as (
    select
        voucher_no,
        kind,
        payer_source = 'late_fee' as is_late_fee,
        kind = 'refund' and known_original_no is null as is_refund_without_original,
        payer_kind,
        case
            when payer_kind = 'person' then payer_person_number else payer_taxpayer_no
        end as payer_number,
        case
            when payer_kind = 'person' then payer_identity_key else payer_taxpayer_no
        end as payer_key,
        payer_scheme as scheme,
        payer_month as for_month,
        payer_division,
        amount,                                                 -- yuan, negative for a refund
        collected_on,
        source_file_id,
        source_row
    from with_payers
)

select * from final
