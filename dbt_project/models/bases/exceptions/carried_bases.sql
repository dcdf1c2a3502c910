-- Grain: one row per person or unit (person_key empty) and base year: the base of the last month
-- with a row of the base year before, at the same unit.
with persons as (
    select
        years.person_id as person_key,
        years.unit_key,
        years.scheme,
        years.wage_year,
        contributions.for_month,
        contributions.base_amount,
        contributions.row_key,
        contributions.source_file_id,
        contributions.source_row,
        'AC43' as landed_table
    from {{ ref('person_years') }} as years
    inner join {{ ref('regular_contributions') }} as contributions
        on
            years.person_id = contributions.person_id
            and years.unit_key = contributions.unit_key
            and years.scheme = contributions.scheme
            and years.before_first_month <= contributions.for_month
            and years.before_last_month >= contributions.for_month
),

-- A provisional month of the year before has the base it landed with first.
units as (
    select
        '' as person_key,
        years.unit_id as unit_key,
        years.scheme,
        years.wage_year,
        unit_rows.for_month,
        case
            when coalesce(unit_rows.for_month < settled.settling_month, true)
                then unit_rows.first_base_amount
            else unit_rows.base_amount
        end as base_amount,
        unit_rows.row_key,
        unit_rows.source_file_id,
        unit_rows.source_row,
        'AB07' as landed_table
    from {{ ref('unit_years') }} as years
    inner join {{ ref('unit_rows') }} as unit_rows
        on
            years.unit_id = unit_rows.unit_id
            and years.scheme = unit_rows.scheme
            and years.before_first_month <= unit_rows.for_month
            and years.before_last_month >= unit_rows.for_month
    left join {{ ref('settling_months') }} as settled
        on
            years.division = settled.division
            and years.scheme = settled.scheme
            and coalesce(years.unit_kind, '') = settled.unit_kind
            and years.before_first_month = settled.first_month
    where years.base_method = 'dual'
),

united as (
    select * from persons
    union all
    select * from units
),

ranked as (
    select
        *,
        row_number() over (
            partition by person_key, unit_key, scheme, wage_year order by for_month desc
        ) as place
    from united
)

select
    person_key,
    unit_key,
    scheme,
    wage_year,
    for_month,
    base_amount,
    landed_table,
    row_key,
    source_file_id,
    source_row
from ranked
where place = 1
