-- Grain: one row per payer, scheme and month paid for that stood alone on one side in the review of
-- the month before, made from its batch and its files; none where it had no batch or no tax file.
{% set before = month_plus(-1) %}
with is_reviewed as (
    select count(*) as month_count
    from {{ ref('built_months') }} as built_months
    where
        built_months.month = {{ before }}
        and exists (
            select 1
            from {{ ref('stg_tax__file') }} as files
            where
                files.file_month = {{ before }}
                and files.format = 'tax-voucher-csv/1'
        )
),

vouchers as (
    select * from {{ ref('stg_tax__former_voucher') }}
),

known as (
    {% for relation in [ref('stg_tax__former_voucher'), ref('stg_tax__voucher')] %}
    select
        voucher_no,
        kind,
        original_voucher_no,
        taxpayer_no,
        person_id_number,
        identity_key,
        division,
        scheme,
        from_month
    from {{ relation }}
    where file_month {{ '<=' if loop.first else '<' }} {{ before }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

of_month as (
    select * from vouchers
    where file_month = {{ before }}
),

placed as (
    select
        *,
        payer_scheme as scheme,
        payer_month as for_month
    from {{ vouchers_with_originals('of_month', 'known') }} as with_originals
),

employers as (
    select * from {{ ledger_at('employers', before) }} as former_rows
),

persons as (
    select * from {{ ledger_at('persons', before) }} as former_rows
),

contributions as (
    select
        coalesce(contributions.employer_id, contributions.person_id) as subject,
        contributions.employer_id is null as is_person,
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
        false as is_person,
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
        subject as payer_id,
        scheme,
        for_month,
        {{ before }} as booked_month
    from contributions
    where is_person
    group by subject, scheme, for_month
),

movements as (
    select
        coalesce(payer_id, payer_number) as subject,
        scheme,
        for_month,
        amount as tax_amount,
        null as agency_amount
    from {{ vouchers_with_payers('placed', 'paying') }} as with_payers
    where
        not is_late_fee
        and not is_refund_without_original
    union all
    select
        subject,
        scheme,
        for_month,
        null as tax_amount,
        coalesce(received_amount, 0) as agency_amount
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
    cross join is_reviewed
    where
        is_reviewed.month_count > 0
        and sums.difference <> 0
        and (sums.tax_count = 0 or sums.agency_count = 0)
)

select * from final
