-- Grain: one row per person or unit and base year whose true-up is open after its due day, and
-- provisional month with a row (none: one row without).
with persons as (
    select
        bases.division,
        bases.person_id,
        bases.unit_key,
        bases.scheme,
        bases.wage_year,
        bases.settling_month,
        bases.trueup_due_amount,
        bases.trueup_booked_amount,
        months.for_month
    from {{ ref('person_bases') }} as bases
    left join {{ ref('person_months') }} as months
        on
            {{ same_person_year('bases', 'months') }}
            and months.is_provisional
    where bases.status <> 'no_rule'
),

units as (
    select
        bases.division,
        cast(null as {{ dbt.type_string() }}) as person_id,
        bases.unit_id as unit_key,
        bases.scheme,
        bases.wage_year,
        bases.settling_month,
        bases.trueup_due_amount,
        bases.trueup_booked_amount,
        months.for_month
    from {{ ref('unit_bases') }} as bases
    left join {{ ref('unit_months') }} as months
        on
            {{ same_unit_year('bases', 'months') }}
            and months.is_provisional
            and months.has_unit_row
    where bases.status <> 'no_rule'
),

united as (
    select * from persons
    union all
    select * from units
),

final as (
    select
        'not_trued_up' as exception,
        division,
        scheme,
        wage_year,
        nullif(unit_key, '') as unit_id,
        person_id,
        cast(null as {{ dbt.type_string() }}) as document_code,
        for_month,
        {{ amount_text('trueup_due_amount') }} as expected,
        {{ amount_text('trueup_booked_amount') }} as found,
        -- Stands once, at the first of the months.
        case
            when
                row_number() over (
                    partition by person_id, unit_key, scheme, wage_year order by for_month
                ) = 1
                then abs(trueup_due_amount - trueup_booked_amount)
            else 0
        end as amount,
        {{ last_day_of('settling_month') }} as due_on,
        for_month is null as is_state
    from united
    where
        abs(trueup_due_amount - trueup_booked_amount) > 0.01
        and {{ as_of_day() }} > {{ last_day_of('settling_month') }}
)

select * from final
