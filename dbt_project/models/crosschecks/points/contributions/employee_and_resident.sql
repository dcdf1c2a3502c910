-- Grain: one row per pair of person ids (one id with itself) of a human who contributed as a worker
-- and as a resident for the same months.
with facts as (
    {{ contribution_facts("scheme = '170'", is_wrong='true') }}
    union all
    {{ contribution_facts("scheme in ('110', '120') and enrolment_identity in ('11', '12')") }}
),

{{ meeting_ctes() }},

of_residents as (
    select * from meeting
    where is_wrong
),

shared as (
    {{ with_shares('of_residents') }}
),

-- The division is that of the enrolment that began last on either side.
wrong_months as (
    select
        shared.scheme,
        shared.case_person_id as person_id,
        shared.case_other_id as other_person_id,
        shared.match_class,
        shared.for_month,
        latest.division,
        sum(shared.share_amount) as amount
    from shared
    inner join {{ latest_divisions('meeting') }} as latest
        on
            shared.case_person_id = latest.case_person_id
            and shared.case_other_id = latest.case_other_id
            and shared.for_month = latest.for_month
    group by
        shared.scheme,
        shared.case_person_id,
        shared.case_other_id,
        shared.match_class,
        shared.for_month,
        latest.division
),

{{ wrongs_of('wrong_months', keys=pair_keys(), at_least=2) }},

{{ proofs_of('meeting') }},

{{ proof_points('employee_and_resident') }}

select * from final
