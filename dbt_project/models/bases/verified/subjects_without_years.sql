-- Grain: one row per unit and scheme, or person, unit (empty: flexible) and scheme, that has a row
-- in the last twelve months and no base year read: its last row.
with uncovered as (
    select
        contributions.person_id,
        contributions.unit_key,
        contributions.scheme
    from {{ ref('regular_contributions') }} as contributions
    left join {{ ref('base_years') }} as years
        on
            contributions.division = years.division
            and contributions.scheme = years.scheme
            and contributions.identity = years.identity
            and contributions.for_month between years.first_month and years.last_month
            and years.is_read
    where
        contributions.for_month >= {{ month_plus(-11) }}
        and years.scheme is null
    group by contributions.person_id, contributions.unit_key, contributions.scheme
),

-- Of the few with an uncovered month the other rows are looked at, too.
rows_of_persons as (
    select
        contributions.*,
        row_number() over (
            partition by contributions.person_id, contributions.unit_key, contributions.scheme
            order by contributions.for_month desc
        ) as place
    from {{ ref('regular_contributions') }} as contributions
    inner join uncovered
        on
            contributions.person_id = uncovered.person_id
            and contributions.unit_key = uncovered.unit_key
            and contributions.scheme = uncovered.scheme
),

-- Where the last row is, as in person_years.
with_years as (
    select
        last_rows.person_id,
        last_rows.unit_key,
        last_rows.scheme
    from rows_of_persons as last_rows
    inner join {{ ref('base_years') }} as years
        on
            last_rows.division = years.division
            and last_rows.scheme = years.scheme
            and last_rows.identity = years.identity
            and years.is_read
    inner join rows_of_persons
        on
            last_rows.person_id = rows_of_persons.person_id
            and last_rows.unit_key = rows_of_persons.unit_key
            and last_rows.scheme = rows_of_persons.scheme
            and rows_of_persons.for_month between years.first_month and years.last_month
    where last_rows.place = 1
    group by last_rows.person_id, last_rows.unit_key, last_rows.scheme
),

rows_of_units as (
    select
        unit_id,
        scheme,
        for_month,
        'AB07' as landed_table,
        row_key,
        source_file_id,
        source_row
    from {{ ref('unit_rows') }}
    union all
    select
        unit_key as unit_id,
        scheme,
        for_month,
        'AC43' as landed_table,
        row_key,
        source_file_id,
        source_row
    from {{ ref('regular_contributions') }}
    where identity = '11'
),

-- The last row of a unit, its own before its employees'.
units_without_years as (
    select
        rows_of_units.*,
        row_number() over (
            partition by rows_of_units.unit_id, rows_of_units.scheme
            order by
                rows_of_units.for_month desc,
                rows_of_units.landed_table,
                {{ by_code_point('rows_of_units.row_key') }}
        ) as place
    from rows_of_units
    left join {{ ref('unit_years') }} as years
        on
            rows_of_units.unit_id = years.unit_id
            and rows_of_units.scheme = years.scheme
    where
        rows_of_units.for_month >= {{ month_plus(-11) }}
        and years.scheme is null
),

final as (
    select
        'AC43' as landed_table,
        rows_of_persons.row_key,
        nullif(rows_of_persons.unit_key, '') as unit_id,
        rows_of_persons.person_id,
        rows_of_persons.scheme,
        rows_of_persons.source_file_id,
        rows_of_persons.source_row
    from rows_of_persons
    left join with_years
        on
            rows_of_persons.person_id = with_years.person_id
            and rows_of_persons.unit_key = with_years.unit_key
            and rows_of_persons.scheme = with_years.scheme
    where
        rows_of_persons.place = 1
        and with_years.scheme is null
        and rows_of_persons.for_month >= {{ month_plus(-11) }}
    union all
    select
        landed_table,
        row_key,
        unit_id,
        cast(null as {{ dbt.type_string() }}) as person_id,
        scheme,
        source_file_id,
        source_row
    from units_without_years
    where place = 1
)

select * from final
