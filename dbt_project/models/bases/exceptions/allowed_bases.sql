-- Grain: one row per person or unit (person_key empty), base year and provisional month that can
-- be judged: its base, the base carried or held within last year's limits, and the new one.
with persons as (
    select
        years.division,
        years.person_id as person_key,
        years.unit_key,
        years.scheme,
        years.wage_year,
        months.for_month,
        months.base_amount,
        bases.expected_amount,
        years.published_month,
        case
            when years.provisional = 'carry' then carried.base_amount
            when
                years.provisional = 'old_limits'
                and bases.wage_source in ('declared', 'joined', 'average')
                and bases.wage_amount is not null
                and months.last_floor_amount is not null
                and months.last_cap_amount is not null
                then
                    {{ rounded_to(
                        'least(greatest(bases.wage_amount, months.last_floor_amount),'
                        ~ ' months.last_cap_amount)',
                        'years.rounding'
                    ) }}
        end as old_amount
    from {{ ref('person_years') }} as years
    inner join {{ ref('person_bases') }} as bases
        on
            {{ same_person_year('years', 'bases') }}
    inner join {{ ref('person_months') }} as months
        on
            {{ same_person_year('years', 'months') }}
    left join {{ ref('carried_bases') }} as carried
        on
            years.person_id = carried.person_key
            and years.unit_key = carried.unit_key
            and years.scheme = carried.scheme
            and years.wage_year = carried.wage_year
    where
        bases.status <> 'no_rule'
        and months.is_provisional
),

units as (
    select
        years.division,
        '' as person_key,
        years.unit_id as unit_key,
        years.scheme,
        years.wage_year,
        months.for_month,
        months.base_amount,
        bases.expected_amount,
        years.published_month,
        case
            when years.provisional = 'carry' then carried.base_amount
            when years.provisional = 'old_limits' and years.unit_method = 'sum'
                then coalesce(months.sum_amount, 0)
            when years.provisional = 'old_limits' and years.unit_method = 'bill'
                then bases.wage_amount
            when years.provisional = 'old_limits' and years.unit_method = 'higher'
                then greatest(coalesce(bases.wage_amount, 0), coalesce(months.sum_amount, 0))
        end as old_amount
    from {{ ref('unit_years') }} as years
    inner join {{ ref('unit_bases') }} as bases
        on
            {{ same_unit_year('years', 'bases') }}
    inner join {{ ref('unit_months') }} as months
        on
            {{ same_unit_year('years', 'months') }}
    left join {{ ref('carried_bases') }} as carried
        on
            years.unit_id = carried.unit_key
            and carried.person_key = ''
            and years.scheme = carried.scheme
            and years.wage_year = carried.wage_year
    where
        bases.status <> 'no_rule'
        and months.is_provisional
        and years.base_method = 'dual'
        and months.base_amount is not null
),

united as (
    select * from persons
    union all
    select * from units
),

final as (
    select
        division,
        person_key,
        unit_key,
        scheme,
        wage_year,
        for_month,
        base_amount,
        old_amount,
        case when for_month >= published_month then expected_amount end as new_amount
    from united
    where old_amount is not null
)

select * from final
