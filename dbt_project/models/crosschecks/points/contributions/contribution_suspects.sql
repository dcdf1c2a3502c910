-- Grain: one row per person id whose months contributed for can speak of a wrong: a second
-- enrolment or a second id of one human, or benefits that contributions exclude.
with enrolments as (
    select
        person_id,
        scheme
    from {{ checked_ledger('enrolments') }} as current_rows
    where
        person_id is not null
        and scheme <> '410'
),

enrolled_twice as (
    select person_id
    from enrolments
    group by person_id, scheme
    having count(*) >= 2
),

enrolled_as_resident_too as (
    select person_id
    from enrolments
    where scheme in ('110', '120', '170')
    group by person_id
    having
        max(case when scheme = '170' then 1 else 0 end) = 1
        and max(case when scheme <> '170' then 1 else 0 end) = 1
),

paid_persons as (
    select person_id
    from {{ ref('paid_payments') }}
    where
        person_id is not null
        and for_month between {{ month_plus(-11) }} and {{ this_month() }}
        and (scheme = '210' or kind in ('01', '02'))
    group by person_id
),

final as (
    select person_id
    from enrolled_twice
    union distinct
    select person_id
    from enrolled_as_resident_too
    union distinct
    select person_id
    from paid_persons
    union distinct
    select member_id as person_id
    from {{ ref('humans') }}
)

select * from final
