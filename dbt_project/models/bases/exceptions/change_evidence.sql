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
        carried.landed_table,
        carried.row_key,
        carried.source_file_id,
        carried.source_row
    from wrong
    inner join {{ ref('carried_bases') }} as carried
        on
            wrong.unit_key = carried.unit_key
            and wrong.person_key = carried.person_key
            and wrong.scheme = carried.scheme
            and wrong.wage_year = carried.wage_year
    where wrong.exception = 'provisional_wrong'
    union all
    select
        wrong.exception_id,
        'AC43' as landed_table,
        trueups.row_key,
        trueups.source_file_id,
        trueups.source_row
    from wrong
    inner join {{ ref('person_trueups') }} as trueups
        on
            wrong.unit_key = trueups.unit_key
            and wrong.person_key = trueups.person_id
            and wrong.scheme = trueups.scheme
            and wrong.wage_year = trueups.wage_year
    where wrong.exception = 'not_trued_up'
    union all
    select
        wrong.exception_id,
        corrected.landed_table,
        corrected.row_key,
        corrected.source_file_id,
        corrected.source_row
    from wrong
    inner join {{ ref('corrected_rows') }} as corrected
        on
            wrong.unit_key = corrected.unit_key
            and wrong.person_key = corrected.person_key
            and wrong.scheme = corrected.scheme
            and wrong.wage_year = corrected.wage_year
    where wrong.exception = 'late_correction'
    union all
    select
        wrong.exception_id,
        corrected.landed_table,
        corrected.row_key,
        corrected.former_file_id as source_file_id,
        corrected.former_row as source_row
    from wrong
    inner join {{ ref('corrected_rows') }} as corrected
        on
            wrong.unit_key = corrected.unit_key
            and wrong.person_key = corrected.person_key
            and wrong.scheme = corrected.scheme
            and wrong.wage_year = corrected.wage_year
    where wrong.exception = 'late_correction'
    union all
    select
        wrong.exception_id,
        'base_application' as landed_table,
        applications.application_no as row_key,
        applications.source_file_id,
        applications.source_row
    from wrong
    inner join {{ ref('late_applications') }} as applications
        on
            wrong.unit_key = applications.unit_key
            and wrong.person_key = applications.person_key
            and wrong.scheme = applications.scheme
            and wrong.wage_year = applications.wage_year
    where wrong.exception = 'late_correction'
)

select * from final
