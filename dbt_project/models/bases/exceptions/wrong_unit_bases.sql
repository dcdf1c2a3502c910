-- Grain: one row per unit base verified too low or too high, and month from the verified one on
-- whose own base lies on that side.
with bases as (
    select
        *,
        case
            when verified_base_amount < expected_amount - 0.01 then 'unit_base_low'
            when verified_base_amount > expected_amount + 0.01 then 'unit_base_high'
        end as exception
    from {{ ref('unit_bases') }}
    where
        status <> 'no_rule'
        and base_method = 'dual'
        and verified_month is not null
),

final as (
    select
        bases.exception,
        bases.division,
        bases.scheme,
        bases.wage_year,
        bases.unit_id,
        cast(null as {{ dbt.type_string() }}) as person_id,
        cast(null as {{ dbt.type_string() }}) as document_code,
        months.for_month,
        {{ amount_text('bases.expected_amount') }} as expected,
        {{ amount_text('bases.verified_base_amount') }} as found,
        abs(
            {{ premium('bases.expected_amount', 'months.employer_rate') }}
            - {{ premium('months.base_amount', 'months.employer_rate') }}
        ) as amount,
        cast(null as date) as due_on,
        false as is_state
    from bases
    inner join {{ ref('unit_months') }} as months
        on
            {{ same_unit_year('bases', 'months') }}
            and bases.verified_month <= months.for_month
    where
        bases.exception = 'unit_base_low' and months.base_amount < bases.expected_amount
        or bases.exception = 'unit_base_high' and months.base_amount > bases.expected_amount
)

select * from final
