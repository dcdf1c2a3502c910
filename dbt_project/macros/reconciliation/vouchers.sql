{# The vouchers of a CTE as they are reviewed: a refund with the payer, scheme and month of its
   original, which stands in the CTE `known`; without one with what it names itself. `kept`: columns
   that go with them. #}
{% macro vouchers_with_originals(
    vouchers, known, kept=['amount', 'file_month', 'collected_on', 'source_file_id', 'source_row']
) -%}
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
                {% for column in kept %}
                of_month.{{ column }},
                {% endfor %}
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
            left join (
                select * from {{ known }}
                where
                    kind <> 'refund'
                    and voucher_no in (
                        select refunds.original_voucher_no
                        from {{ known }} as refunds
                        where refunds.kind = 'refund'
                    )
            ) as originals
                on
                    of_month.original_voucher_no = originals.voucher_no
                    and of_month.kind = 'refund'
        ) as placed
        {{ computed_once() }}
    )
{%- endmacro %}

{# The vouchers of a CTE with who pays each, `payer_id` and `payers_division` (both null where
   nobody has its number): of several employers with one number the one in the voucher's division, of
   several persons one of `paying`, who contributed in the month of the voucher's file, else the
   smallest. The CTEs `employers` and `persons` hold a batch. Vouchers of employers and persons are
   looked up apart: joined to both, each would go into the hash of the other kind's join. #}
{% macro vouchers_with_payers(vouchers, paying) -%}
    (
        select
            vouchers.*,
            coalesce(near.employer_id, smallest.employer_id) as payer_id,
            case
                when near.employer_id is not null then near.division else smallest.division
            end as payers_division
        from {{ vouchers }} as vouchers
        left join ({{ numbered_employers(by='tax_number, division') }}) as near
            on
                vouchers.payer_key = near.tax_number
                and vouchers.payer_division = near.division
        left join ({{ numbered_employers(by='tax_number') }}) as smallest
            on vouchers.payer_key = smallest.tax_number
        where vouchers.payer_kind = 'employer'
        union all
        select
            vouchers.*,
            humans.person_id as payer_id,
            humans.division as payers_division
        from {{ vouchers }} as vouchers
        left join (
            select
                voucher_no,
                person_id,
                division,
                row_number() over (
                    partition by voucher_no order by preference, {{ by_code_point('person_id') }}
                ) as place
            from (
                select
                    of_persons.voucher_no,
                    persons.person_id,
                    persons.division,
                    case when paying.payer_id is not null then 0 else 1 end as preference
                from {{ vouchers }} as of_persons
                inner join persons
                    on
                        of_persons.payer_key
                        = coalesce(persons.identity_number_18, persons.identity_number)
                left join {{ paying }} as paying
                    on
                        persons.person_id = paying.payer_id
                        and of_persons.scheme = paying.scheme
                        and of_persons.for_month = paying.for_month
                        and of_persons.file_month = paying.booked_month
                where of_persons.payer_kind = 'person'
            ) as candidates
        ) as humans
            on
                vouchers.voucher_no = humans.voucher_no
                and humans.place = 1
        where vouchers.payer_kind = 'person'
    )
{%- endmacro %}

{# One employer, the smallest, of those that share the columns `by`. #}
{% macro numbered_employers(by) -%}
    select
        employer_id,
        tax_number,
        division
    from (
        select
            employer_id,
            tax_number,
            division,
            row_number() over (
                partition by {{ by }} order by {{ by_code_point('employer_id') }}
            ) as place
        from employers
        where tax_number is not null
    ) as ranked
    where place = 1
{%- endmacro %}

{# Whether a voucher of `vouchers_with_originals` is one of those that a row of
   review_voucher_payers sums. #}
{% macro is_summed_in(voucher, payer) -%}
    (
        {{ voucher }}.is_late_fee = {{ payer }}.is_late_fee
        and {{ voucher }}.is_refund_without_original = {{ payer }}.is_refund_without_original
        and ({{ voucher }}.amount is null) = {{ payer }}.is_without_amount
        and {{ voucher }}.payer_kind = {{ payer }}.payer_kind
        and coalesce({{ voucher }}.payer_number, '') = coalesce({{ payer }}.payer_number, '')
        and coalesce({{ voucher }}.payer_division, '') = coalesce({{ payer }}.payer_division, '')
        and coalesce({{ voucher }}.payer_scheme, '') = coalesce({{ payer }}.scheme, '')
        and coalesce({{ voucher }}.payer_month, '') = coalesce({{ payer }}.for_month, '')
    )
{%- endmacro %}
