-- Grain: one row per unit, base year and month whose base is below 99 % of the base the tax bureau
-- collected on.
with final as (
    select
        'below_tax_base' as exception,
        bases.division,
        bases.scheme,
        bases.wage_year,
        bases.unit_id,
        cast(null as {{ dbt.type_string() }}) as person_id,
        cast(null as {{ dbt.type_string() }}) as document_code,
        months.for_month,
        {{ amount_text('months.tax_base_amount') }} as expected,
        {{ amount_text('months.base_amount') }} as found,
        abs(
            {{ premium('months.tax_base_amount', 'months.employer_rate') }}
            - {{ premium('months.base_amount', 'months.employer_rate') }}
        ) as amount,
        cast(null as date) as due_on,
        false as is_state
    from {{ ref('unit_bases') }} as bases
    inner join {{ ref('unit_months') }} as months
        on
            {{ same_unit_year('bases', 'months') }}
    where
        bases.status <> 'no_rule'
        and months.base_amount < 0.99 * months.tax_base_amount
)

select * from final
