-- Grain: one row per contribution that arrived and month of the last twelve it counts for: the
-- month paid for, in 170 each month covered. Of the persons alone whom a rule may speak of.
with suspects as (
    select * from {{ ref('contribution_suspects') }}
),

enrolments as (
    select * from {{ checked_ledger('enrolments') }} as current_rows
),

months as (
    {{ last_months(12) }}
),

counted as (
    select
        contributions.row_key,
        contributions.person_id,
        contributions.scheme,
        contributions.for_month,
        1 as covered_count,
        contributions.enrolment_id,
        contributions.enrolment_identity,
        contributions.division,
        contributions.received_amount,
        contributions.source_file_id,
        contributions.source_row
    from {{ checked_ledger('contributions') }} as contributions
    inner join suspects on contributions.person_id = suspects.person_id
    where
        contributions.scheme not in ('170', '410')
        and contributions.for_month between {{ month_plus(-11) }} and {{ this_month() }}
        and contributions.has_arrived
    union all
    select
        contributions.row_key,
        contributions.person_id,
        contributions.scheme,
        months.for_month,
        {{ month_number('contributions.covered_to_month') }}
        - {{ month_number('contributions.covered_from_month') }} + 1 as covered_count,
        contributions.enrolment_id,
        contributions.enrolment_identity,
        contributions.division,
        contributions.received_amount,
        contributions.source_file_id,
        contributions.source_row
    from {{ checked_ledger('contributions') }} as contributions
    inner join suspects on contributions.person_id = suspects.person_id
    inner join months
        on
            contributions.covered_from_month <= months.for_month
            and contributions.covered_to_month >= months.for_month
    where
        contributions.scheme = '170'
        and contributions.has_arrived
),

final as (
    select
        counted.row_key,
        counted.person_id,
        counted.scheme,
        counted.for_month,
        counted.enrolment_id,
        counted.enrolment_identity,
        enrolments.enrolled_on,
        enrolments.division as enrolment_division,              -- null for orphans
        counted.division,                                       -- null for orphans
        counted.received_amount,                                -- yuan, for all months covered
        cast(counted.covered_count as integer) as covered_count,
        counted.source_file_id,
        counted.source_row,
        enrolments.source_file_id as enrolment_file_id,
        enrolments.source_row as enrolment_row
    from counted
    left join enrolments on counted.enrolment_id = enrolments.enrolment_id
    where counted.enrolment_id is not null
)

select * from final
