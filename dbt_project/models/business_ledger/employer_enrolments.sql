-- Grain: one row per employer and scheme (AB02), the version current in this batch.
with employer_enrolments as (
    select * from {{ current_versions('ab02') }} as employer_enrolments
    {{ when_narrowed("where row_key in (select row_key from ledger_scope)") }}
),

employers as (
    select * from {{ current_versions('ab01') }} as employers
    {{ when_narrowed("where row_key in (select employer_id from employer_enrolments)") }}
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
