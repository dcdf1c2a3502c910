-- Grain: one row per unit, scheme and base year: wage, expected and applied base, true-up. The
-- month it is judged by is the verified one, or while that is open the last with a row.
with months as (
    select
        *,
        min(case when not is_provisional then for_month end) over unit_year as verified_month,
        max(for_month) over unit_year as last_row_month,
        max(
            case when is_provisional and base_amount is not null then for_month end
        ) over unit_year as last_provisional_month
    from {{ ref('unit_months') }}
    window unit_year as (partition by unit_id, scheme, wage_year)
),

summed as (
    select
        unit_id,
        scheme,
        wage_year,
        max(verified_month) as verified_month,
        max(coalesce(verified_month, last_row_month)) as judged_month,
        max(
            case when for_month = coalesce(verified_month, last_row_month) then sum_amount end
        ) as sum_amount,
        max(case when for_month = verified_month then base_amount end) as verified_base_amount,
        max(
            case when for_month = verified_month then tax_base_amount end
        ) as tax_base_amount,
        max(
            case when for_month = last_provisional_month then base_amount end
        ) as provisional_base_amount,
        max(case when has_employees then 1 else 0 end) as employees_count,
        max(case when employer_rate is null then 1 else 0 end) as rates_missing
    from months
    group by unit_id, scheme, wage_year
),

applied_for as (
    select *
    from {{ applications_in_force(
        ['unit_id', 'scheme', 'wage_year'], unit='unit_id', person="''"
    ) }} as in_force
),

waged as (
    select
        years.*,
        summed.verified_month,
        summed.judged_month,
        case when years.is_published then coalesce(summed.sum_amount, 0) end as sum_amount,
        case
            when years.base_method = 'single' then coalesce(summed.verified_base_amount, 0)
            else summed.verified_base_amount
        end as verified_base_amount,
        summed.tax_base_amount,
        summed.provisional_base_amount,
        summed.employees_count = 1 as has_employees,
        summed.rates_missing = 0 as has_rates,
        applied_for.new_base_amount,
        declared.unit_id is not null as is_declared,
        {{ rounded_to(
            'round(declared.wage_bill / declared.month_count, 2)', 'years.rounding'
        ) }} as wage_amount
    from {{ ref('unit_years') }} as years
    inner join summed
        on
            {{ same_unit_year('years', 'summed') }}
    left join applied_for
        on
            {{ same_unit_year('years', 'applied_for') }}
    left join {{ ref('stg_declaration__unit') }} as declared
        on
            years.unit_id = declared.unit_id
            and years.wage_year = declared.wage_year
),

based as (
    select
        *,
        case
            when not is_published or not has_rule then null
            when base_method = 'single' then sum_amount
            when new_base_amount is not null then new_base_amount
            when unit_method = 'sum' then sum_amount
            when unit_method = 'bill' then wage_amount
            else greatest(coalesce(wage_amount, 0), sum_amount)
        end as expected_amount
    from waged
),

due as (
    select
        months.unit_id,
        months.scheme,
        months.wage_year,
        sum(
            {{ premium('based.expected_amount', 'months.employer_rate') }}
            - months.first_due_amount
        ) as due_amount,
        sum(months.due_amount - months.first_due_amount) as booked_amount
    from months
    inner join based
        on
            {{ same_unit_year('months', 'based') }}
    where
        months.is_provisional
        and months.has_unit_row
    group by months.unit_id, months.scheme, months.wage_year
),

final as (
    select
        based.unit_id,
        based.scheme,
        based.wage_year,
        based.division,
        based.unit_kind,
        based.risk_class,
        based.base_method,
        based.first_month,
        based.last_month,
        based.before_first_month,
        based.before_last_month,
        based.wage_kind,
        based.has_wage_row,
        based.is_published,
        based.average_wage_amount,
        based.published_month,
        based.settling_month,
        based.unit_method,
        based.provisional,
        based.declare_by,
        based.rounding,
        based.has_rule,
        based.verified_month,
        based.judged_month,
        based.sum_amount,
        based.verified_base_amount,
        based.tax_base_amount,
        based.provisional_base_amount,
        based.has_employees,
        based.has_rates,
        based.new_base_amount,
        based.is_declared,
        based.wage_amount,
        based.expected_amount,
        case
            when
                based.base_method = 'dual'
                and based.expected_amount is not null
                and based.has_rates
                then coalesce(due.due_amount, 0)
        end as trueup_due_amount,
        case
            when
                based.base_method = 'dual'
                and based.expected_amount is not null
                and based.has_rates
                then coalesce(due.booked_amount, 0)
        end as trueup_booked_amount,
        case
            when not based.has_rule or not based.has_rates then 'no_rule'
            when based.verified_month is null or not based.is_published then 'provisional'
            when
                based.base_method = 'dual'
                and based.unit_method <> 'sum'
                and not based.is_declared
                then 'not_declared'
            when
                based.base_method = 'dual'
                and coalesce(
                    abs(based.verified_base_amount - based.expected_amount) > 0.01, true
                )
                then 'differs'
            else 'ok'
        end as status
    from based
    left join due
        on
            {{ same_unit_year('based', 'due') }}
)

select * from final
