-- Grain: one row per exception about a base that changed, was carried over or trued up, and landed
-- row beside those of its months: the other base, what was booked.
with wrong as (
    select
        exception_id,
        exception,
        scheme,
        wage_year,
        coalesce(unit_id, '') as unit_key,
        coalesce(person_id, '') as person_key,
        for_month
    from {{ ref('exception_months') }}
    where scheme is not null
),

standing as (
    select
        wrong.exception_id,
        wrong.unit_key,
        wrong.person_key,
        wrong.scheme,
        bases.standing_month
    from wrong
    inner join {{ ref('standing_bases') }} as bases
        on
            wrong.unit_key = bases.unit_key
            and wrong.person_key = bases.person_key
            and wrong.scheme = bases.scheme
            and wrong.wage_year = bases.wage_year
            and wrong.for_month = bases.for_month
    where wrong.exception in ('unit_base_changed', 'base_changed_in_year')
),

-- Rows of a whole base year, whatever month of it is wrong.
{% set years = [
    ('provisional_wrong', 'carried_bases', 'person_key', 'landed_table', 'row_key', 'source'),
    ('not_trued_up', 'person_trueups', 'person_id', "'AC43'", 'row_key', 'source'),
    ('late_correction', 'corrected_rows', 'person_key', 'landed_table', 'row_key', 'source'),
    ('late_correction', 'corrected_rows', 'person_key', 'landed_table', 'row_key', 'former'),
    (
        'late_correction', 'late_applications', 'person_key', "'base_application'",
        'application_no', 'source',
    ),
] %}
of_years as (
    {%- for exception, model, person, landed_table, row_key, origin in years %}
    select
        '{{ exception }}' as exception,
        unit_key,
        {{ person }} as person_key,
        scheme,
        wage_year,
        {{ landed_table }} as landed_table,
        {{ row_key }} as row_key,
        {{ origin }}_file_id as source_file_id,
        {{ origin }}_row as source_row
    from {{ ref(model) }}
    {{- ' union all' if not loop.last }}
    {%- endfor %}
),

final as (
    select
        standing.exception_id,
        'AC43' as landed_table,
        contributions.row_key,
        contributions.source_file_id,
        contributions.source_row
    from standing
    inner join {{ ref('regular_contributions') }} as contributions
        on
            standing.unit_key = contributions.unit_key
            and standing.person_key = contributions.person_id
            and standing.scheme = contributions.scheme
            and standing.standing_month = contributions.for_month
    union all
    select
        standing.exception_id,
        'AB07' as landed_table,
        unit_rows.row_key,
        unit_rows.source_file_id,
        unit_rows.source_row
    from standing
    inner join {{ ref('unit_rows') }} as unit_rows
        on
            standing.unit_key = unit_rows.unit_id
            and standing.scheme = unit_rows.scheme
            and standing.standing_month = unit_rows.for_month
    where standing.person_key = ''
    union all
    select
        wrong.exception_id,
        of_years.landed_table,
        of_years.row_key,
        of_years.source_file_id,
        of_years.source_row
    from wrong
    inner join of_years
        on
            wrong.exception = of_years.exception
            and wrong.unit_key = of_years.unit_key
            and wrong.person_key = of_years.person_key
            and wrong.scheme = of_years.scheme
            and wrong.wage_year = of_years.wage_year
)

select * from final
