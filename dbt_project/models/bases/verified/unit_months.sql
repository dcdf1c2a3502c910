-- Grain: one row per unit, scheme, base year and month with a regular contribution of an employee
-- or a row collected as a unit.
with employees as (
    select
        unit_key as unit_id,
        scheme,
        for_month,
        sum(base_amount) as sum_amount,
        sum(due_employer_amount) as due_employer_amount,
        max(case when due_employer_amount <> 0 then 1 else 0 end) as has_employer_part
    from {{ ref('regular_contributions') }}
    where identity = '11'
    group by unit_key, scheme, for_month
),

vouchers as (
    select
        unit_id,
        scheme,
        for_month,
        sum(base_amount) as tax_base_amount
    from {{ ref('base_vouchers') }}
    group by unit_id, scheme, for_month
),

months as (
    select
        coalesce(employees.unit_id, unit_rows.unit_id) as unit_id,
        coalesce(employees.scheme, unit_rows.scheme) as scheme,
        coalesce(employees.for_month, unit_rows.for_month) as for_month,
        employees.unit_id is not null as has_employees,
        unit_rows.unit_id is not null as has_unit_row,
        employees.sum_amount,
        employees.due_employer_amount,
        coalesce(employees.has_employer_part, 0) = 1 as has_employer_part,
        unit_rows.base_amount as unit_base_amount,
        unit_rows.due_amount,
        unit_rows.first_base_amount,
        unit_rows.first_due_amount
    from employees
    full outer join {{ ref('unit_rows') }} as unit_rows
        on
            employees.unit_id = unit_rows.unit_id
            and employees.scheme = unit_rows.scheme
            and employees.for_month = unit_rows.for_month
),

placed as (
    select
        years.unit_id,
        years.scheme,
        years.wage_year,
        years.base_method,
        years.unit_method,
        months.for_month,
        years.settling_month is null
        or months.for_month < years.settling_month as is_provisional,
        months.has_employees,
        months.has_unit_row,
        months.sum_amount,
        months.due_employer_amount,
        months.has_employer_part,
        months.unit_base_amount as latest_base_amount,
        months.due_amount,
        months.first_base_amount,
        months.first_due_amount,
        vouchers.tax_base_amount,
        rates.employer_rate
    from {{ ref('unit_years') }} as years
    inner join months
        on
            years.unit_id = months.unit_id
            and years.scheme = months.scheme
            and years.first_month <= months.for_month
            and years.last_month >= months.for_month
    left join vouchers
        on
            months.unit_id = vouchers.unit_id
            and months.scheme = vouchers.scheme
            and months.for_month = vouchers.for_month
    left join {{ ref('month_rates') }} as rates
        on
            years.division = rates.division
            and years.scheme = rates.scheme
            and rates.identity = '11'
            and years.risk_class = rates.risk_class
            and months.for_month = rates.for_month
),

-- The unit's base of a month: of a provisional one as it landed first, a true-up may have
-- rewritten it.
final as (
    select
        *,
        case
            when base_method = 'single' then sum_amount
            when is_provisional then first_base_amount
            else latest_base_amount
        end as base_amount
    from placed
)

select * from final
