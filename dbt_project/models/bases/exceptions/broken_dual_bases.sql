-- Grain: one row per unit under dual base, base year and month in which it was not collected as a
-- unit, or an employer part was asked for on persons' bases.
with final as (
    select
        'dual_base_broken' as exception,
        bases.division,
        bases.scheme,
        bases.wage_year,
        bases.unit_id,
        cast(null as {{ dbt.type_string() }}) as person_id,
        cast(null as {{ dbt.type_string() }}) as document_code,
        months.for_month,
        cast(null as {{ dbt.type_string() }}) as expected,
        cast(null as {{ dbt.type_string() }}) as found,
        case
            when months.has_unit_row then months.due_employer_amount
            else
                months.due_employer_amount
                + coalesce({{ premium('bases.expected_amount', 'months.employer_rate') }}, 0)
        end as amount,
        cast(null as date) as due_on,
        false as is_state
    from {{ ref('unit_bases') }} as bases
    inner join {{ ref('unit_months') }} as months
        on
            {{ same_unit_year('bases', 'months') }}
    where
        bases.status <> 'no_rule'
        and bases.base_method = 'dual'
        and bases.scheme <> '410'
        and months.has_employees
        and (not months.has_unit_row or months.has_employer_part)
)

select * from final
