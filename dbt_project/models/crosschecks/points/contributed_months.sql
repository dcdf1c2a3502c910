-- Grain: one row per person, scheme, month paid for and enrolment contributed to in the last twelve months.
with contributions as (
    select * from {{ current_ledger('contributions') }} as current_rows
    where
        has_arrived
        and scheme <> '410'
        and enrolment_id is not null
        and for_month between {{ month_plus(-11) }} and {{ this_month() }}
),

enrolments as (
    select * from {{ current_ledger('enrolments') }} as current_rows
),

final as (
    select
        contributions.person_id,
        contributions.scheme,
        contributions.for_month,
        contributions.enrolment_id,
        max(contributions.division) as division,                    -- null for orphans
        enrolments.enrolled_on,
        cast(sum(contributions.received_amount) as numeric(18, 2)) as received_amount   -- yuan
    from contributions
    left join enrolments on contributions.enrolment_id = enrolments.enrolment_id
    group by
        contributions.person_id,
        contributions.scheme,
        contributions.for_month,
        contributions.enrolment_id,
        enrolments.enrolled_on
)

select * from final
