-- Grain: one row per pair of person ids (one id with itself) of a human whom injury allowance and
-- pension together paid more than the higher of the two for a month.
with facts as (
    {{ benefit_facts("benefit = 'allowance'") }}
    union all
    {{ benefit_facts("benefit = 'pension'", is_wrong='false') }}
),

items as (
    select * from {{ checked_ledger('entitlement_items') }} as current_rows
    where item = '401'
),

full_allowances as (
    select
        entitlement_id,
        max(monthly_amount) as full_amount
    from items
    group by entitlement_id
),

{{ meeting_ctes() }},

paid as (
    select
        case_person_id,
        case_other_id,
        for_month,
        sum(case when is_wrong then amount else 0 end) as allowance_amount,
        sum(case when is_wrong then 0 else amount end) as pension_amount
    from meeting
    group by case_person_id, case_other_id, for_month
),

-- The allowance approved in full, of every entitlement that paid one for the month.
approved as (
    select
        grounds.case_person_id,
        grounds.case_other_id,
        grounds.for_month,
        sum(coalesce(full_allowances.full_amount, 0)) as full_amount
    from (
        select
            case_person_id,
            case_other_id,
            for_month,
            ground_key
        from meeting
        where is_wrong
        group by case_person_id, case_other_id, for_month, ground_key
    ) as grounds
    left join full_allowances on grounds.ground_key = full_allowances.entitlement_id
    group by grounds.case_person_id, grounds.case_other_id, grounds.for_month
),

above as (
    select
        paid.case_person_id,
        paid.case_other_id,
        paid.for_month,
        paid.allowance_amount + paid.pension_amount
        - greatest(approved.full_amount, paid.pension_amount) as above_amount
    from paid
    inner join approved
        on
            paid.case_person_id = approved.case_person_id
            and paid.case_other_id = approved.case_other_id
            and paid.for_month = approved.for_month
),

excesses as (
    select
        meeting.*,
        above.above_amount
    from meeting
    inner join above
        on
            meeting.case_person_id = above.case_person_id
            and meeting.case_other_id = above.case_other_id
            and meeting.for_month = above.for_month
    where above.above_amount > 0.01
),

{{ wrong_months_of('excesses', amount='max(above_amount)') }},

{{ wrongs_of('wrong_months', keys=pair_keys()) }},

{{ proofs_of('meeting') }},

approvals as (
    select
        proofs.scheme,
        proofs.person_id,
        proofs.other_person_id,
        'AC61' as landed_table,
        items.row_key,
        items.source_file_id,
        items.source_row
    from proofs
    inner join items on proofs.ground_key = items.entitlement_id
),

{{ proof_points('injury_allowance_and_pension', more='approvals') }}

select * from final
