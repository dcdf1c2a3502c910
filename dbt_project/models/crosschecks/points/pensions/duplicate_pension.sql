-- Grain: one row per pair of person ids (one id with itself) and scheme, of a human paid a pension
-- from two entitlements for the same months.
with facts as (
    {{ benefit_facts("benefit = 'pension' and for_month >= " ~ month_plus(-11)) }}
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
        count(distinct ground_key) >= 2
        and (case_person_id = case_other_id or count(distinct person_id) = 2)
),

-- In each month the entitlement that began last is the wrong one; a tie goes to the larger id.
ranked as (
    {{ latest_ground_first('doubled') }}
),

later as (
    select * from ranked
    where latest_rank = 1
),

{{ wrong_months_of('later') }},

{{ wrongs_of('wrong_months', keys=pair_keys(), at_least=2) }},

{{ proofs_of('ranked') }},

{{ proof_points('duplicate_pension') }}

select * from final
