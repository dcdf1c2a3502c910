-- Grain: one row per employer and scheme (AB02), the version current in this batch.
with employer_enrolments as (
    select * from {{ versions_in_scope('ab02') }} as versions
),

employers as (
    select * from {{ known_employers(of='employer_enrolments') }} as known
),

final as (
    select
        employer_enrolments.employer_id,
        employer_enrolments.scheme,
        employer_enrolments.status,
        employer_enrolments.base_method,
        employer_enrolments.handled_on,
        employers.division,
        case
            when employers.employer_id is null then 'unknown_employer'
            when employers.division is null then 'unknown_division'
        end as orphan_reason,
        {{ origin_columns('employer_enrolments') }}
    from employer_enrolments
    left join employers on employer_enrolments.employer_id = employers.employer_id
)

select * from final
