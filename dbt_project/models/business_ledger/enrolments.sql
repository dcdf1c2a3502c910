-- Grain: one row per enrolment (AC02), the version current in this batch.
{{ config(indexes=[{'columns': ['person_id']}]) }}

with enrolments as (
    select * from {{ versions_in_scope('ac02') }} as versions
),

persons as (
    select * from {{ known_persons(of='enrolments') }} as known
),

employers as (
    select * from {{ known_employers(of='enrolments') }} as known
),

placed as (
    select
        enrolments.*,
        case
            when persons.person_id is null then 'unknown_person'
            when enrolments.employer_id is not null and employers.employer_id is null
                then 'unknown_employer'
            when enrolments.division is null then 'unknown_division'
        end as orphan_reason
    from enrolments
    left join persons on enrolments.person_id = persons.person_id
    left join employers on enrolments.employer_id = employers.employer_id
),

final as (
    select
        placed.enrolment_id,
        placed.person_id,
        placed.scheme,
        placed.employer_id,
        placed.status,
        placed.enrolment_identity,
        placed.enrolled_on,
        placed.first_insured_month,
        placed.handled_on,
        case when placed.orphan_reason is null then placed.division end as division,
        placed.orphan_reason,
        {{ origin_columns('placed') }}
    from placed
)

select * from final
