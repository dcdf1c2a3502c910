-- Grain: one row per person, unit, scheme, wage year and month from which an approved application
-- speaks for the person's base there. Applications for a unit's own base name nobody.
with schemes as (
    select code as scheme from {{ ref('standard_codes') }}
    where class = 'AAE140'
),

applications as (
    select *
    from {{ approved_applications_of('schemes') }} as approved
),

persons as (
    select * from {{ numbered_persons() }} as numbered
),

final as (
    select
        persons.person_id,
        applications.unit_id,
        applications.scheme,
        applications.wage_year,
        applications.effective_month,
        applications.new_base_amount,
        applications.application_no,
        applications.source_file_id,
        applications.source_row
    from applications
    inner join persons on applications.identity_key = persons.identity_key
)

select * from final
