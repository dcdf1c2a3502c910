-- Grain: one row per contribution that arrived and month of the last twelve it counts for: the
-- month paid for, in 170 each month covered. Of the persons alone whom a rule may speak of.
with suspects as (
    select * from {{ ref('contribution_suspects') }}
),

enrolments as (
    select * from {{ current_ledger('enrolments') }} as current_rows
),

months as (
    {{ last_months(12) }}
),

contributions as (
    select contributions.*
    from {{ current_ledger('contributions') }} as contributions
    inner join suspects on contributions.person_id = suspects.person_id
    where
        contributions.has_arrived
        and contributions.enrolment_id is not null
),

counted as (
    select
        row_key,
        for_month,
        1 as covered_count
    from contributions
    where
        scheme not in ('170', '410')
        and for_month between {{ month_plus(-11) }} and {{ this_month() }}
    union all
    select
        contributions.row_key,
        months.for_month,
        {{ month_number('contributions.covered_to_month') }}
        - {{ month_number('contributions.covered_from_month') }} + 1 as covered_count
    from contributions
    inner join months
        on
            contributions.covered_from_month <= months.for_month
            and contributions.covered_to_month >= months.for_month
    where contributions.scheme = '170'
),

final as (
    select
        contributions.row_key,
        contributions.person_id,
        contributions.scheme,
        counted.for_month,
        contributions.enrolment_id,
        contributions.enrolment_identity,
        enrolments.enrolled_on,
        enrolments.division as enrolment_division,              -- null for orphans
        contributions.division,                                 -- null for orphans
        contributions.received_amount,                          -- yuan, for all months covered
        cast(counted.covered_count as integer) as covered_count,
        contributions.source_file_id,
        contributions.source_row,
        enrolments.source_file_id as enrolment_file_id,
        enrolments.source_row as enrolment_row
    from counted
    inner join contributions on counted.row_key = contributions.row_key
    left join enrolments on contributions.enrolment_id = enrolments.enrolment_id
)

select * from final
