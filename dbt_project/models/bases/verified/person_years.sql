-- Grain: one row per person, unit (empty: flexible), scheme and base year read that holds a regular
-- contribution: where it belongs and the rules it is verified by.
with last_rows as (
    select
        person_id,
        unit_key,
        scheme,
        max(for_month) as for_month
    from {{ ref('regular_contributions') }}
    where {{ person_is_affected('person_id', 'unit_key') }}
    group by person_id, unit_key, scheme
),

-- Where several enrolments give the rows of a flexible person, that of the last row.
subjects as (
    select
        contributions.person_id,
        contributions.unit_key,
        contributions.scheme,
        contributions.division,
        contributions.identity,
        contributions.enrolled_on
    from last_rows
    inner join {{ ref('regular_contributions') }} as contributions
        on
            last_rows.person_id = contributions.person_id
            and last_rows.unit_key = contributions.unit_key
            and last_rows.scheme = contributions.scheme
            and last_rows.for_month = contributions.for_month
),

-- All of a subject is carried along: the planner takes the last rows for few, and would join them
-- a second time row by row.
with_rows as (
    select
        subjects.person_id,
        subjects.unit_key,
        subjects.scheme,
        subjects.division,
        subjects.identity,
        subjects.enrolled_on,
        years.wage_year
    from subjects
    inner join {{ ref('base_years') }} as years
        on
            subjects.division = years.division
            and subjects.scheme = years.scheme
            and subjects.identity = years.identity
    inner join {{ ref('regular_contributions') }} as contributions
        on
            subjects.person_id = contributions.person_id
            and subjects.unit_key = contributions.unit_key
            and subjects.scheme = contributions.scheme
            and years.first_month <= contributions.for_month
            and years.last_month >= contributions.for_month
    where years.is_read
    group by
        subjects.person_id,
        subjects.unit_key,
        subjects.scheme,
        subjects.division,
        subjects.identity,
        subjects.enrolled_on,
        years.wage_year
),

final as (
    select
        subjects.person_id,
        subjects.unit_key,
        subjects.scheme,
        years.wage_year,
        subjects.division,
        subjects.identity,
        subjects.enrolled_on,
        coalesce(units.risk_class, '') as risk_class,
        case when subjects.identity = '11' then units.base_method end as base_method,
        years.first_month,
        years.last_month,
        years.before_first_month,
        years.before_last_month,
        years.wage_kind,
        years.has_wage_row,
        years.is_published,
        years.average_wage_amount,
        years.published_month,
        {{ months_after('years.published_month', 'rules.trueup_months') }} as settling_month,
        rules.provisional,
        rules.rounding,
        coalesce(
            rules.wage_year is not null
            and years.has_wage_row
            and (subjects.identity = '12' or units.base_method is not null),
            false
        ) as has_rule
    from with_rows as subjects
    inner join {{ ref('base_years') }} as years
        on
            subjects.division = years.division
            and subjects.scheme = years.scheme
            and subjects.identity = years.identity
            and subjects.wage_year = years.wage_year
    left join {{ ref('units') }} as units
        on
            subjects.unit_key = units.unit_id
            and subjects.scheme = units.scheme
    left join {{ ref('rules_in_force') }} as rules
        on
            subjects.division = rules.division
            and subjects.scheme = rules.scheme
            and coalesce(units.unit_kind, '') = rules.unit_kind
            and subjects.wage_year = rules.wage_year
)

select * from final
