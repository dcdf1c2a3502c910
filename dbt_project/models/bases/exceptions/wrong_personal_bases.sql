-- Grain: one row per personal base verified too low or too high, and month from the verified one
-- on whose own base lies on that side; and per flexible person and month below the ladder's floor.
with bases as (
    select
        *,
        case
            when
                judged_base_amount < expected_amount - 0.01
                and wage_source <> 'chosen'
                then 'personal_base_low'
            when judged_base_amount > expected_amount + 0.01 then 'personal_base_high'
        end as exception
    from {{ ref('person_bases') }}
    where status <> 'no_rule'
),

verified as (
    select
        bases.exception,
        bases.division,
        bases.scheme,
        bases.wage_year,
        bases.unit_key,
        bases.person_id,
        months.for_month,
        bases.expected_amount,
        bases.judged_base_amount as found_amount,
        bases.expected_amount as right_amount,
        months.base_amount,
        months.person_rate,
        months.employer_rate
    from bases
    inner join {{ ref('person_months') }} as months
        on
            {{ same_person_year('bases', 'months') }}
            and bases.verified_month <= months.for_month
    where
        bases.verified_month is not null
        and bases.wage_source <> 'none'
        and (
            bases.exception = 'personal_base_low' and months.base_amount < bases.expected_amount
            or bases.exception = 'personal_base_high'
            and months.base_amount > bases.expected_amount
        )
),

below_ladder as (
    select
        'flexible_below_ladder' as exception,
        bases.division,
        bases.scheme,
        bases.wage_year,
        bases.unit_key,
        bases.person_id,
        months.for_month,
        months.floor_amount as expected_amount,
        months.base_amount as found_amount,
        months.floor_amount as right_amount,
        months.base_amount,
        months.person_rate,
        months.employer_rate
    from bases
    inner join {{ ref('person_months') }} as months
        on
            {{ same_person_year('bases', 'months') }}
    where
        bases.identity = '12'
        and months.base_amount < months.floor_amount - 0.01
        and (
            not months.is_provisional
            or months.base_amount < months.last_floor_amount - 0.01
        )
),

wrong as (
    select * from verified
    union all
    select * from below_ladder
),

final as (
    select
        exception,
        division,
        scheme,
        wage_year,
        nullif(unit_key, '') as unit_id,
        person_id,
        cast(null as {{ dbt.type_string() }}) as document_code,
        for_month,
        {{ amount_text('expected_amount') }} as expected,
        {{ amount_text('found_amount') }} as found,
        abs(
            {{ premium('right_amount', 'person_rate') }}
            - {{ premium('base_amount', 'person_rate') }}
            + {{ premium('right_amount', 'employer_rate') }}
            - {{ premium('base_amount', 'employer_rate') }}
        ) as amount,
        cast(null as date) as due_on,
        false as is_state
    from wrong
)

select * from final
