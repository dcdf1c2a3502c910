-- Grain: one row per employer and scheme whose wage bill, as contributions are paid on it, is below
-- 95 % of the base that the tax bureau collected on.
with employers as (
    select * from {{ current_ledger('employers') }} as current_rows
    where {{ subject_is_checked('taxed_employer', 'employer_id') }}
),

smallest_employers as (
    {{ numbered_employers(by='tax_number') }}
),

near_employers as (
    {{ numbered_employers(by='tax_number, division') }}
),

-- Of several employers with one tax number the one in the voucher's division, else the smallest id.
vouchers as (
    select
        coalesce(near.employer_id, smallest.employer_id) as employer_id,
        vouchers.scheme,
        vouchers.from_month as for_month,
        vouchers.base_amount,
        vouchers.voucher_no,
        vouchers.source_file_id,
        vouchers.source_row
    from {{ ref('stg_tax__voucher') }} as vouchers
    inner join smallest_employers as smallest
        on vouchers.taxpayer_no = smallest.tax_number
    left join near_employers as near
        on
            vouchers.taxpayer_no = near.tax_number
            and vouchers.division = near.division
    where
        vouchers.kind = 'employer'
        and vouchers.base_amount is not null
        and vouchers.from_month <= {{ this_month() }}
),

taxed as (
    select
        employer_id,
        scheme,
        for_month,
        sum(base_amount) as taxed_amount
    from vouchers
    group by employer_id, scheme, for_month
),

bills as (
    select
        contributions.employer_id,
        contributions.scheme,
        contributions.for_month,
        sum(greatest(
            coalesce(contributions.declared_wage_amount, 0), coalesce(contributions.base_amount, 0)
        )) as wage_amount
    from {{ checked_wage_rows() }} as contributions
    inner join taxed
        on
            contributions.employer_id = taxed.employer_id
            and contributions.scheme = taxed.scheme
            and contributions.for_month = taxed.for_month
    where
        contributions.is_employee
        and coalesce(contributions.kind, '') <> '32'
    group by contributions.employer_id, contributions.scheme, contributions.for_month
),

-- Under dual base the employer owes on the unit's base, where that is more.
unit_bases as (
    select
        unit_contributions.employer_id,
        unit_contributions.scheme,
        unit_contributions.for_month,
        unit_contributions.unit_base_amount,
        unit_contributions.row_key,
        unit_contributions.source_file_id,
        unit_contributions.source_row
    from {{ current_ledger('unit_contributions') }} as unit_contributions
    inner join {{ current_ledger('employer_enrolments') }} as methods
        on
            unit_contributions.employer_id = methods.employer_id
            and unit_contributions.scheme = methods.scheme
    where
        methods.base_method = '01'
        and {{ subject_is_checked('taxed_employer', 'unit_contributions.employer_id') }}
),

compared as (
    select
        taxed.employer_id,
        taxed.scheme,
        taxed.for_month,
        taxed.taxed_amount,
        greatest(bills.wage_amount, coalesce(unit_bases.unit_base_amount, 0)) as wage_amount
    from taxed
    inner join bills
        on
            taxed.employer_id = bills.employer_id
            and taxed.scheme = bills.scheme
            and taxed.for_month = bills.for_month
    left join unit_bases
        on
            taxed.employer_id = unit_bases.employer_id
            and taxed.scheme = unit_bases.scheme
            and taxed.for_month = unit_bases.for_month
),

wrong_months as (
    select
        compared.scheme,
        compared.employer_id as person_id,
        'A' as match_class,
        compared.for_month,
        employers.division,
        compared.taxed_amount - compared.wage_amount as amount
    from compared
    inner join employers on compared.employer_id = employers.employer_id
    where compared.wage_amount < 0.95 * compared.taxed_amount
),

{{ wrongs_of('wrong_months', keys=person_keys()) }},

proofs as (
    select
        employer_id,
        scheme,
        for_month,
        'voucher' as landed_table,
        voucher_no as row_key,
        source_file_id,
        source_row
    from vouchers
    union all
    select
        employer_id,
        scheme,
        for_month,
        'AC43' as landed_table,
        row_key,
        source_file_id,
        source_row
    from {{ checked_wage_rows() }} as contributions
    where
        is_employee
        and coalesce(kind, '') <> '32'
    union all
    select
        employer_id,
        scheme,
        for_month,
        'AB07' as landed_table,
        row_key,
        source_file_id,
        source_row
    from unit_bases
),

evidence_rows as (
    select
        wrong_months.scheme,
        wrong_months.person_id,
        proofs.landed_table,
        proofs.row_key,
        proofs.source_file_id,
        proofs.source_row
    from wrong_months
    inner join proofs
        on
            wrong_months.person_id = proofs.employer_id
            and wrong_months.scheme = proofs.scheme
            and wrong_months.for_month = proofs.for_month
),

{{ points('wage_below_tax_base', keys=person_keys()) }}

select * from final
