-- Grain: one row per approved application, scheme and whose base it speaks for (person_key empty:
-- the unit's). Of two for one base and month the later decided alone counts.
with numbers as (
    select
        person_id,
        coalesce(identity_number_18, upper(identity_number)) as identity_key
    from {{ current_ledger('persons') }} as current_rows
    where identity_number is not null
),

at_units as (
    select
        unit_key as unit_id,
        person_id
    from {{ ref('regular_contributions') }}
    where identity = '11'
    group by unit_key, person_id
),

approved as (
    select * from {{ ref('stg_declaration__application') }}
    where decision = 'approved'
),

spoken_for as (
    select
        approved.*,
        '' as person_key
    from approved
    where approved.identity_key is null
    union all
    select
        approved.*,
        numbers.person_id as person_key
    from approved
    inner join numbers on approved.identity_key = numbers.identity_key
    inner join at_units
        on
            approved.unit_id = at_units.unit_id
            and numbers.person_id = at_units.person_id
),

ranked as (
    select
        spoken_for.application_no,
        spoken_for.unit_id,
        spoken_for.person_key,
        schemes.scheme,
        spoken_for.wage_year,
        spoken_for.applied_on,
        spoken_for.effective_month,
        spoken_for.new_base as new_base_amount,
        spoken_for.decided_on,
        spoken_for.source_file_id,
        spoken_for.source_row,
        row_number() over (
            partition by
                spoken_for.unit_id,
                spoken_for.person_key,
                schemes.scheme,
                spoken_for.wage_year,
                spoken_for.effective_month
            order by
                spoken_for.decided_on desc nulls last,
                {{ by_code_point('spoken_for.application_no') }} desc
        ) as place
    from spoken_for
    inner join {{ ref('verified_schemes') }} as schemes
        on schemes.scheme = coalesce(spoken_for.scheme, schemes.scheme)
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
from ranked
where place = 1
