{# The vouchers of a CTE as they are reviewed: a refund with the payer, scheme and month of its
   original, which stands in the CTE `known`; without one with what it names itself. #}
{% macro vouchers_with_originals(vouchers, known) -%}
    (
        select
            placed.*,
            placed.payer_source = 'late_fee' as is_late_fee,
            placed.kind = 'refund' and placed.payer_source = 'refund' as is_refund_without_original,
            case
                when placed.payer_kind = 'person' then placed.payer_person_number
                else placed.payer_taxpayer_no
            end as payer_number,
            case
                when placed.payer_kind = 'person' then placed.payer_identity_key
                else placed.payer_taxpayer_no
            end as payer_key
        from (
            select
                of_month.voucher_no,
                of_month.kind,
                of_month.amount,
                of_month.collected_on,
                of_month.source_file_id,
                of_month.source_row,
                coalesce(originals.kind, of_month.kind) as payer_source,
                case
                    when coalesce(originals.kind, of_month.kind) = 'flexible' then 'person'
                    when
                        originals.voucher_no is null and of_month.kind = 'refund'
                        and of_month.taxpayer_no is null
                        then 'person'
                    else 'employer'
                end as payer_kind,
                case
                    when originals.voucher_no is null then of_month.taxpayer_no
                    else originals.taxpayer_no
                end as payer_taxpayer_no,
                case
                    when originals.voucher_no is null then of_month.person_id_number
                    else originals.person_id_number
                end as payer_person_number,
                case
                    when originals.voucher_no is null then of_month.identity_key
                    else originals.identity_key
                end as payer_identity_key,
                coalesce(originals.scheme, of_month.scheme) as payer_scheme,
                coalesce(originals.from_month, of_month.from_month) as payer_month,
                coalesce(originals.division, of_month.division) as payer_division
            from {{ vouchers }} as of_month
            left join {{ known }} as originals
                on
                    of_month.original_voucher_no = originals.voucher_no
                    and of_month.kind = 'refund'
                    and originals.kind <> 'refund'
        ) as placed
    )
{%- endmacro %}

{# Who pays the vouchers of a CTE: of several employers with one number the one in the voucher's
   division, of several persons one of `paying`, else the smallest. The CTEs `employers` and
   `persons` hold a batch. #}
{% macro voucher_payers(vouchers, paying) -%}
    (
        select
            voucher_no,
            payer_id,
            division
        from (
            select
                *,
                row_number() over (
                    partition by voucher_no order by preference, {{ by_code_point('payer_id') }}
                ) as place
            from (
                select
                    vouchers.voucher_no,
                    employers.employer_id as payer_id,
                    employers.division,
                    case
                        when employers.division = vouchers.payer_division then 0 else 1
                    end as preference
                from {{ vouchers }} as vouchers
                inner join employers on vouchers.payer_key = employers.tax_number
                where vouchers.payer_kind = 'employer'
                union all
                select
                    vouchers.voucher_no,
                    persons.person_id as payer_id,
                    persons.division,
                    case when paying.payer_id is not null then 0 else 1 end as preference
                from {{ vouchers }} as vouchers
                inner join persons
                    on
                        vouchers.payer_key
                        = coalesce(persons.identity_number_18, persons.identity_number)
                left join {{ paying }} as paying
                    on
                        persons.person_id = paying.payer_id
                        and vouchers.scheme = paying.scheme
                        and vouchers.for_month = paying.for_month
                where vouchers.payer_kind = 'person'
            ) as candidates
        ) as ranked
        where place = 1
    )
{%- endmacro %}
