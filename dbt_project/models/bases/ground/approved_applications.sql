-- Grain: one row per approved application, scheme and whose base it speaks for (person_key empty:
-- the unit's). Of two for one base and month the later decided alone counts.
with applications as (
    select *
    from {{ approved_applications_of(ref('verified_schemes')) }} as approved
),

numbers as (
    select * from {{ numbered_persons() }} as persons
),

at_units as (
    select
        unit_key as unit_id,
        person_id
    from {{ ref('regular_contributions') }}
    where identity = '11'
    group by unit_key, person_id
),

spoken_for as (
    select
        applications.*,
        '' as person_key
    from applications
    where applications.identity_key is null
    union all
    select
        applications.*,
        numbers.person_id as person_key
    from applications
    inner join numbers on applications.identity_key = numbers.identity_key
    inner join at_units
        on
            applications.unit_id = at_units.unit_id
            and numbers.person_id = at_units.person_id
)

select
    application_no,
    unit_id,
    person_key,
    scheme,
    wage_year,
    applied_on,
    effective_month,
    new_base_amount,
    decided_on,
    source_file_id,
    source_row
from spoken_for
