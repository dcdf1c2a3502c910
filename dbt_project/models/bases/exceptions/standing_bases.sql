-- Grain: one row per person or unit (person_key empty), base year and month after the verified one
-- that has a base: that base, and the one that stands there.
with months as (
    select
        bases.division,
        bases.person_id as person_key,
        bases.unit_key,
        bases.scheme,
        bases.wage_year,
        bases.first_month,
        bases.last_month,
        bases.verified_month,
        months.for_month,
        months.base_amount,
        months.person_rate,
        months.employer_rate
    from {{ ref('person_bases') }} as bases
    inner join {{ ref('person_months') }} as months
        on
            {{ same_person_year('bases', 'months') }}
            and bases.verified_month <= months.for_month
    where
        bases.status <> 'no_rule'
        and bases.identity = '11'
    union all
    select
        bases.division,
        '' as person_key,
        bases.unit_id as unit_key,
        bases.scheme,
        bases.wage_year,
        bases.first_month,
        bases.last_month,
        bases.verified_month,
        months.for_month,
        months.base_amount,
        cast(0 as numeric) as person_rate,
        months.employer_rate
    from {{ ref('unit_bases') }} as bases
    inner join {{ ref('unit_months') }} as months
        on
            {{ same_unit_year('bases', 'months') }}
            and bases.verified_month <= months.for_month
            and months.base_amount is not null
    where
        bases.status <> 'no_rule'
        and bases.base_method = 'dual'
),

-- A base begins to stand in its first month, and where an application made it another one.
begun as (
    select
        months.*,
        applications.application_no is not null
        or row_number() over subject_year = 1 as is_begun
    from months
    left join {{ ref('approved_applications') }} as applications
        on
            months.unit_key = applications.unit_id
            and months.person_key = applications.person_key
            and months.scheme = applications.scheme
            and months.wage_year = applications.wage_year
            and months.for_month = applications.effective_month
            and {{ month_of('applications.applied_on') }} >= months.first_month
            and {{ month_of('applications.applied_on') }} <= months.last_month
            and coalesce(applications.new_base_amount, months.base_amount) = months.base_amount
    window
        subject_year as (
            partition by months.person_key, months.unit_key, months.scheme, months.wage_year
            order by months.for_month
        )
),

numbered as (
    select
        *,
        sum(case when is_begun then 1 else 0 end) over (
            partition by person_key, unit_key, scheme, wage_year
            order by for_month
            rows between unbounded preceding and current row
        ) as standing_number
    from begun
),

final as (
    select
        division,
        person_key,
        unit_key,
        scheme,
        wage_year,
        verified_month,
        for_month,
        base_amount,
        first_value(base_amount) over (
            partition by person_key, unit_key, scheme, wage_year, standing_number
            order by for_month
        ) as standing_amount,
        first_value(for_month) over (
            partition by person_key, unit_key, scheme, wage_year, standing_number
            order by for_month
        ) as standing_month,
        person_rate,
        employer_rate
    from numbered
)

select * from final
