-- Grain: one row per person, scheme, month paid for and enrolment, of the last twelve months.
with enrolments as (
    select * from {{ current_ledger('enrolments') }} as current_rows
),

pairs as (
    select * from {{ ref('person_matches') }}
    where match_class in ('A', 'B')
),

-- Only these can have contributed twice: two enrolments in one scheme, or a second person id.
suspects as (
    select person_id
    from enrolments
    group by person_id, scheme
    having count(*) >= 2
    union distinct
    select person_id
    from pairs
    union distinct
    select other_person_id as person_id
    from pairs
),

contributions as (
    select * from {{ current_ledger('contributions') }} as current_rows
    where
        has_arrived
        and scheme <> '410'
        and enrolment_id is not null
        and for_month between {{ month_plus(-11) }} and {{ this_month() }}
),

final as (
    select
        contributions.person_id,
        contributions.scheme,
        contributions.for_month,
        contributions.enrolment_id,
        max(contributions.division) as division,                    -- null for orphans
        enrolments.enrolled_on,
        cast(sum(contributions.received_amount) as numeric(28, 2)) as received_amount   -- yuan
    from contributions
    inner join suspects on contributions.person_id = suspects.person_id
    left join enrolments on contributions.enrolment_id = enrolments.enrolment_id
    group by
        contributions.person_id,
        contributions.scheme,
        contributions.for_month,
        contributions.enrolment_id,
        enrolments.enrolled_on
)

select * from final
