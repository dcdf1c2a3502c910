-- Grain: one row per payer as the vouchers of the month's tax files name it (number, kind,
-- division), scheme and month paid for, with the employer or person that pays; late fees, refunds
-- without original and vouchers without amount apart. A refund is summed with its original, one
-- whose original is in no loaded file, or is a refund itself, with what it names.
with summed as (
    select
        min({{ by_code_point('voucher_no') }}) as voucher_no,
        kind,
        case when kind = 'refund' then original_voucher_no end as original_voucher_no,
        taxpayer_no,
        person_id_number,
        identity_key,
        scheme,
        from_month,
        division,
        amount is null as is_without_amount,
        count(*) as voucher_count,
        sum(
            case
                when collected_on < cast('{{ month_text()[:4] }}-01-01' as date) then 1 else 0
            end
        ) as earlier_year_count,
        sum(amount) as amount,
        min(collected_on) as first_collected_on,
        max(collected_on) as last_collected_on
    from {{ ref('stg_tax__voucher') }}
    where file_month = {{ this_month() }}
    group by
        kind, case when kind = 'refund' then original_voucher_no end, taxpayer_no, person_id_number,
        identity_key, scheme, from_month, division, amount is null
),

employers as (
    select * from {{ current_ledger('employers') }} as current_rows
),

persons as (
    select * from {{ current_ledger('persons') }} as current_rows
),

named as (
    select
        min({{ by_code_point('voucher_no') }}) as voucher_no,
        is_late_fee,
        is_refund_without_original,
        is_without_amount,
        payer_kind,
        payer_number,
        payer_key,
        payer_division,
        payer_scheme as scheme,
        payer_month as for_month,
        {{ this_month() }} as file_month,
        sum(voucher_count) as voucher_count,
        sum(earlier_year_count) as earlier_year_count,
        sum(amount) as amount,
        min(first_collected_on) as first_collected_on,
        max(last_collected_on) as last_collected_on
    from {{ vouchers_with_originals('summed', ref('stg_tax__voucher'), kept=[
        'is_without_amount', 'voucher_count', 'earlier_year_count', 'amount', 'first_collected_on',
        'last_collected_on',
    ]) }} as with_originals
    group by
        is_late_fee, is_refund_without_original, is_without_amount, payer_kind, payer_number,
        payer_key, payer_division, payer_scheme, payer_month
),

-- Whether a person contributed decides alone where several have the number.
sharing as (
    select person_id
    from (
        select
            persons.person_id,
            count(*) over (partition by numbers.payer_key) as person_count
        from persons
        inner join (
            select payer_key
            from named
            where payer_kind = 'person'
            group by payer_key
        ) as numbers
            on
                coalesce(persons.identity_number_18, persons.identity_number)
                = numbers.payer_key
    ) as numbered
    where person_count > 1
),

paying_persons as (
    select
        contributions.person_id as payer_id,
        contributions.scheme,
        contributions.for_month,
        contributions.booked_month
    from {{ current_ledger('contributions') }} as contributions
    inner join sharing on contributions.person_id = sharing.person_id
    where
        contributions.booked_month = {{ this_month() }}
        and contributions.has_arrived
        and contributions.employer_id is null
    group by
        contributions.person_id, contributions.scheme, contributions.for_month,
        contributions.booked_month
),

final as (
    select
        voucher_no,
        is_late_fee,
        is_refund_without_original,
        is_without_amount,
        payer_kind,
        payer_number,
        scheme,
        for_month,
        payer_division,
        cast(voucher_count as bigint) as voucher_count,
        cast(earlier_year_count as bigint) as earlier_year_count,
        cast(amount as numeric(28, 2)) as amount,               -- yuan, less what was refunded
        first_collected_on,
        last_collected_on,
        payer_id,
        payers_division,
        coalesce(payer_id, payer_number) as subject,
        payer_id is null as is_unknown_payer,
        case when payer_id is null then 'unknown' else payer_kind end as reviewed_as,
        case
            when is_refund_without_original then 'refund_without_original'
            when scheme is null then 'unknown_scheme'
            when for_month is null then 'unreal_month'
            when is_without_amount then 'no_amount'
        end as left_out_reason
    from {{ vouchers_with_payers('named', 'paying_persons') }} as with_payers
)

select * from final
