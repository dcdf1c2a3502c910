-- Grain: one row per person, unit (empty: flexible), scheme and month: the regular contribution
-- (AC43, kind 10) booked last.
with contributions as (
    select
        *,
        case when enrolment_identity = '11' then employer_id else '' end as unit_key
    from {{ current_ledger('contributions') }} as current_rows
    where
        kind = '10'
        and enrolment_identity in ('11', '12')
        and (enrolment_identity = '12' or employer_id is not null)
        and division is not null
        and base_amount is not null
        and for_month <= {{ this_month() }}
        and scheme in (select schemes.scheme from {{ ref('verified_schemes') }} as schemes)
        and (
            (enrolment_identity = '11' and {{ unit_is_affected('employer_id') }})
            or (enrolment_identity <> '11' and {{ person_is_affected('person_id') }})
        )
),

ranked as (
    select
        *,
        row_number() over (
            partition by person_id, unit_key, scheme, for_month
            order by booked_month desc nulls last, {{ by_code_point('contribution_id') }} desc
        ) as place
    from contributions
),

enrolments as (
    select * from {{ current_ledger('enrolments') }} as current_rows
),

final as (
    select
        ranked.person_id,
        ranked.unit_key,
        ranked.scheme,
        ranked.for_month,
        ranked.enrolment_identity as identity,
        ranked.division,
        ranked.declared_wage_amount,
        ranked.base_amount,
        coalesce(ranked.due_employer_amount, 0) as due_employer_amount,
        enrolments.enrolled_on,
        ranked.row_key,
        ranked.source_file_id,
        ranked.source_row
    from ranked
    left join enrolments on ranked.enrolment_id = enrolments.enrolment_id
    where ranked.place = 1
)

select * from final
