-- Grain: one row per deceased person and scheme contributed in for a month after the month of
-- death.
with wrongs as (
    select
        contributions.person_id,
        coalesce(contributions.scheme, '') as scheme,           -- empty when it is no standard code
        persons.division,
        contributions.enrolment_id,
        contributions.for_month,
        contributions.received_amount as amount,
        contributions.row_key,
        contributions.source_file_id,
        contributions.source_row,
        deceased.match_class,
        deceased.first_registered_on
    from {{ checked_ledger('contributions') }} as contributions
    inner join {{ ref('deceased_persons') }} as deceased
        on
            contributions.person_id = deceased.person_id
            and contributions.for_month > deceased.death_month
    left join {{ checked_ledger('persons') }} as persons
        on contributions.person_id = persons.person_id
    where
        contributions.has_arrived
        and contributions.enrolment_id is not null
        and contributions.for_month <= {{ this_month() }}
),

evidence_rows as (
    select
        person_id,
        scheme,
        'AC43' as landed_table,
        row_key,
        source_file_id,
        source_row
    from wrongs
    union all
    {{ ledger_evidence('AC02', 'enrolments', 'enrolment_id') }}
    union all
    {{ ledger_evidence('AC01', 'persons', 'person_id') }}
    union all
    {{ death_evidence() }}
),

final as (
    select *
    from {{ points_of(
        'contribution_after_death',
        match_class='min(match_class)',
        known_on='min(first_registered_on)',
    ) }} as points
)

select * from final
