-- Grain: one row per payer, scheme and month paid for that stood alone on one side in the review of
-- the month before, made from its batch and its files; none where that batch was not built.
{% set before = month_plus(-1) %}
with is_built as (
    select count(*) as month_count
    from {{ ref('built_months') }}
    where month = {{ before }}
),

all_vouchers as (
    select * from {{ ref('stg_tax__voucher') }}
),

of_month as (
    select
        vouchers.voucher_no,
        coalesce(originals.kind, vouchers.kind) as kind,
        case
            when originals.voucher_no is null then vouchers.taxpayer_no else originals.taxpayer_no
        end as taxpayer_no,
        case
            when originals.voucher_no is null then vouchers.identity_key else originals.identity_key
        end as identity_key,
        coalesce(originals.division, vouchers.division) as division,
        coalesce(originals.scheme, vouchers.scheme) as scheme,
        coalesce(originals.from_month, vouchers.from_month) as for_month,
        vouchers.amount
    from all_vouchers as vouchers
    left join all_vouchers as originals
        on
            vouchers.kind = 'refund'
            and vouchers.original_voucher_no = originals.voucher_no
            and originals.kind <> 'refund'
    where
        vouchers.file_month = {{ before }}
        and (vouchers.kind <> 'refund' or originals.voucher_no is not null)
),

employers as (
    select * from {{ ledger_at('employers', before) }} as current_rows
),

persons as (
    select
        *,
        coalesce(identity_number_18, identity_number) as identity_key
    from {{ ledger_at('persons', before) }} as current_rows
),

contributions as (
    select
        coalesce(contributions.employer_id, contributions.person_id) as subject,
        contributions.scheme,
        contributions.for_month,
        contributions.received_amount
    from {{ ledger_at('contributions', before) }} as contributions
    left join persons on contributions.person_id = persons.person_id
    where
        contributions.booked_month = {{ before }}
        and contributions.has_arrived
        and (contributions.employer_id is not null or persons.person_id is not null)
    union all
    select
        employer_id as subject,
        scheme,
        for_month,
        received_amount
    from {{ ledger_at('unit_contributions', before) }} as unit_contributions
    where
        booked_month = {{ before }}
        and has_arrived
),

paying as (
    select
        subject,
        scheme,
        for_month
    from contributions
    group by subject, scheme, for_month
),

candidates as (
    select
        of_month.voucher_no,
        employers.employer_id as payer_id,
        case when employers.division = of_month.division then 0 else 1 end as preference
    from of_month
    inner join employers on of_month.taxpayer_no = employers.tax_number
    where of_month.kind not in ('flexible', 'late_fee')
    union all
    select
        of_month.voucher_no,
        persons.person_id as payer_id,
        case when paying.subject is not null then 0 else 1 end as preference
    from of_month
    inner join persons on of_month.identity_key = persons.identity_key
    left join paying
        on
            persons.person_id = paying.subject
            and of_month.scheme = paying.scheme
            and of_month.for_month = paying.for_month
    where of_month.kind = 'flexible'
),

payers as (
    select
        voucher_no,
        payer_id,
        row_number() over (
            partition by voucher_no order by preference, {{ by_code_point('payer_id') }}
        ) as place
    from candidates
),

movements as (
    select
        coalesce(payers.payer_id, of_month.identity_key, of_month.taxpayer_no) as subject,
        of_month.scheme,
        of_month.for_month,
        of_month.amount as tax_amount,
        null as agency_amount
    from of_month
    left join payers
        on
            of_month.voucher_no = payers.voucher_no
            and payers.place = 1
    where of_month.kind <> 'late_fee'
    union all
    select
        subject,
        scheme,
        for_month,
        null as tax_amount,
        received_amount as agency_amount
    from contributions
),

sums as (
    select
        subject,
        scheme,
        for_month,
        count(tax_amount) as tax_count,
        count(agency_amount) as agency_count,
        coalesce(sum(tax_amount), 0) - coalesce(sum(agency_amount), 0) as difference
    from movements
    where
        subject is not null
        and scheme is not null
        and for_month is not null
    group by subject, scheme, for_month
),

final as (
    select
        sums.subject,
        sums.scheme,
        sums.for_month,
        cast(sums.difference as numeric(28, 2)) as difference  -- yuan, tax less agency
    from sums
    cross join is_built
    where
        is_built.month_count > 0
        and sums.difference <> 0
        and (sums.tax_count = 0 or sums.agency_count = 0)
)

select * from final
