-- Grain: one row per enrolment (AC02), the version current in this batch.
with enrolments as (
    select * from {{ current_versions('ac02') }} as enrolments
    {{ when_narrowed("where row_key in (select row_key from ledger_scope)") }}
),

persons as (
    select person_id from {{ current_versions('ac01') }} as persons
    {{ when_narrowed("where row_key in (select person_id from enrolments)") }}
),

employers as (
    select employer_id from {{ current_versions('ab01') }} as employers
    {{ when_narrowed("where row_key in (select employer_id from enrolments)") }}
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
