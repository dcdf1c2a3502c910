-- Grain: one row per employer, scheme and month paid for (AB07), the version current in this batch.
with unit_contributions as (
    select * from {{ versions_in_scope('ab07') }} as versions
),

employers as (
    select * from {{ known_employers(of='unit_contributions') }} as known
),

final as (
    select
        unit_contributions.employer_id,
        unit_contributions.scheme,
        unit_contributions.for_month,
        unit_contributions.booked_month,
        unit_contributions.person_count,
        unit_contributions.unit_base_amount,
        coalesce(unit_contributions.due_amount, 0) as due_amount,
        unit_contributions.paid_amount,
        case
            when unit_contributions.has_arrived then coalesce(unit_contributions.paid_amount, 0)
            else 0
        end as received_amount,
        unit_contributions.has_arrived,
        unit_contributions.arrived_on,
        unit_contributions.handled_on,
        employers.division,
        case
            when employers.employer_id is null then 'unknown_employer'
            when employers.division is null then 'unknown_division'
        end as orphan_reason,
        {{ origin_columns('unit_contributions') }}
    from unit_contributions
    left join employers on unit_contributions.employer_id = employers.employer_id
)

select * from final
