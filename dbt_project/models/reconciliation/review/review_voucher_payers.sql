-- Grain: one row per voucher in the month's tax files, with the employer or person paying it.
with vouchers as (
    select * from {{ ref('review_vouchers') }}
),

employers as (
    select * from {{ current_ledger('employers') }} as current_rows
),

persons as (
    select
        *,
        coalesce(identity_number_18, identity_number) as identity_key
    from {{ current_ledger('persons') }} as current_rows
),

paying_persons as (
    select
        payer_id,
        scheme,
        for_month
    from {{ ref('review_contributions') }}
    where
        payer_kind = 'person'
        and left_out_reason is null
    group by payer_id, scheme, for_month
),

-- Several employers with one number: the one in the voucher's division, else the smallest id.
candidates as (
    select
        vouchers.voucher_no,
        employers.employer_id as payer_id,
        employers.division,
        case when employers.division = vouchers.payer_division then 0 else 1 end as preference
    from vouchers
    inner join employers on vouchers.payer_key = employers.tax_number
    where vouchers.payer_kind = 'employer'
    union all
    -- Several person ids with one number: one that contributed so itself, else the smallest.
    select
        vouchers.voucher_no,
        persons.person_id as payer_id,
        persons.division,
        case when paying_persons.payer_id is not null then 0 else 1 end as preference
    from vouchers
    inner join persons on vouchers.payer_key = persons.identity_key
    left join paying_persons
        on
            persons.person_id = paying_persons.payer_id
            and vouchers.scheme = paying_persons.scheme
            and vouchers.for_month = paying_persons.for_month
    where vouchers.payer_kind = 'person'
),

ranked as (
    select
        *,
        row_number() over (
            partition by voucher_no order by preference, {{ by_code_point('payer_id') }}
        ) as place
    from candidates
),

final as (
    select
        vouchers.voucher_no,
        vouchers.kind,
        vouchers.is_late_fee,
        vouchers.is_refund_without_original,
        vouchers.payer_kind,
        vouchers.payer_number,
        vouchers.payer_key,
        vouchers.scheme,
        vouchers.for_month,
        vouchers.payer_division,
        vouchers.amount,                                        -- yuan
        vouchers.collected_on,
        vouchers.source_file_id,
        vouchers.source_row,
        ranked.payer_id,
        coalesce(ranked.payer_id, vouchers.payer_number) as subject,
        ranked.payer_id is null as is_unknown_payer
    from vouchers
    left join ranked
        on
            vouchers.voucher_no = ranked.voucher_no
            and ranked.place = 1
)

select * from final
