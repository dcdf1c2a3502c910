-- Grain: one row per pair of person ids (one id twice for two divisions) and scheme, of a human who
-- contributed twice for the same months.
with facts as (
    {{ contribution_facts('true', is_wrong='true') }}
),

of_humans as (
    select * from {{ per_human('facts') }} as expanded
),

doubled as (
    select
        scheme,
        case_person_id,
        case_other_id,
        for_month
    from of_humans
    group by scheme, case_person_id, case_other_id, for_month
    having
        case
            when case_person_id = case_other_id then count(distinct own_division)
            else count(distinct person_id)
        end >= 2
),

-- In each month the enrolment that began last is the wrong one; a tie goes to the larger id.
ranked as (
    {{ latest_ground_first('doubled') }}
),

later as (
    select * from ranked
    where latest_rank = 1
),

shared as (
    {{ with_shares('later') }}
),

{{ wrong_months_of('shared', amount='sum(share_amount)') }},

{{ wrongs_of('wrong_months', keys=pair_keys(), at_least=2) }},

{{ proofs_of('ranked') }},

{{ proof_points('duplicate_enrolment') }}

select * from final
