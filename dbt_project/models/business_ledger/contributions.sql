-- Grain: one row per contribution of a person (AC43), the version current in this batch.
-- Its enrolment, which gives its division, is the person's enrolment in the scheme with the same
-- employer (none = none), else the active one, else any; the latest where several fit.
{{ config(indexes=[{'columns': ['person_id']}]) }}

with contributions as (
    select * from {{ versions_in_scope('ac43') }} as versions
),

enrolments as (
    select * from {{ current_ledger('enrolments') }} as enrolments
),

persons as (
    select * from {{ known_persons(of='contributions') }} as known
),

employers as (
    select * from {{ known_employers(of='contributions') }} as known
),

ranked_enrolments as (
    select
        *,
        row_number() over (
            partition by person_id, scheme, employer_id
            order by {{ latest_enrolment_first() }}
        ) as place_at_employer,
        row_number() over (
            partition by person_id, scheme
            order by case when status = '1' then 0 else 1 end, {{ latest_enrolment_first() }}
        ) as place
    from enrolments
    where
        person_id is not null and scheme is not null
        {{ incremental_only("and person_id in (select person_id from contributions)") }}
),

at_employer as (
    select * from ranked_enrolments
    where place_at_employer = 1
),

anywhere as (
    select * from ranked_enrolments
    where place = 1
),

with_enrolment as (
    select
        contributions.*,
        coalesce(at_employer.row_key, anywhere.row_key) as enrolment_key,
        case
            when at_employer.row_key is not null then at_employer.enrolment_id
            else anywhere.enrolment_id
        end as enrolment_id,
        case
            when at_employer.row_key is not null then at_employer.enrolment_identity
            else anywhere.enrolment_identity
        end as enrolment_identity,
        case
            when at_employer.row_key is not null then at_employer.division
            else anywhere.division
        end as enrolment_division,
        case
            when at_employer.row_key is not null then at_employer.orphan_reason
            else anywhere.orphan_reason
        end as enrolment_orphan_reason
    from contributions
    left join at_employer
        on
            contributions.person_id = at_employer.person_id
            and contributions.scheme = at_employer.scheme
            and coalesce(contributions.employer_id, '') = coalesce(at_employer.employer_id, '')
    left join anywhere
        on
            contributions.person_id = anywhere.person_id
            and contributions.scheme = anywhere.scheme
),

placed as (
    select
        with_enrolment.*,
        case
            when persons.person_id is null then 'unknown_person'
            when with_enrolment.employer_id is not null and employers.employer_id is null
                then 'unknown_employer'
            when with_enrolment.enrolment_key is null then 'no_enrolment'
            else with_enrolment.enrolment_orphan_reason
        end as orphan_reason
    from with_enrolment
    left join persons on with_enrolment.person_id = persons.person_id
    left join employers on with_enrolment.employer_id = employers.employer_id
),

final as (
    select
        placed.contribution_id,
        placed.person_id,
        placed.employer_id,
        placed.scheme,
        placed.booked_month,
        placed.for_month,
        {{ covered_month('covered_from_month', 'covered_to_month', '-01') }} as covered_from_month,
        {{ covered_month('covered_to_month', 'covered_from_month', '-12') }} as covered_to_month,
        placed.kind,
        placed.declared_wage_amount,
        placed.base_amount,
        placed.due_employer_amount,
        placed.due_person_amount,
        placed.paid_employer_amount,
        placed.paid_person_amount,
        coalesce(placed.due_employer_amount, 0)
        + coalesce(placed.due_person_amount, 0) as due_amount,
        case
            when placed.has_arrived
                then
                    coalesce(placed.paid_employer_amount, 0)
                    + coalesce(placed.paid_person_amount, 0)
            else 0
        end as received_amount,
        placed.has_arrived,
        placed.arrived_on,
        placed.enrolment_id,
        placed.enrolment_identity,
        coalesce(placed.enrolment_identity = '11', false) as is_employee,
        placed.handled_on,
        case when placed.orphan_reason is null then placed.enrolment_division end as division,
        placed.orphan_reason,
        {{ origin_columns('placed') }}
    from placed
)

select * from final
