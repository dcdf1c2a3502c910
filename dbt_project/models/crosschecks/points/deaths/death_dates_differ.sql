-- Grain: one row per deceased person two of whose dates of death are two months or more apart. A
-- date to the month or year stands for its day that is nearest to the other date.
with pairs as (
    select
        earlier.person_id,
        earlier.latest_on as earlier_on,
        later.earliest_on as later_on
    from {{ ref('death_dates') }} as earlier
    inner join {{ ref('death_dates') }} as later
        on
            earlier.person_id = later.person_id
            and earlier.source <> later.source
            and earlier.latest_on < later.earliest_on
),

wrongs as (
    select
        pairs.person_id,
        '' as scheme,
        persons.division,
        persons.row_key,
        {{ month_of('pairs.earlier_on') }} as for_month,
        {{ month_of('pairs.later_on') }} as later_month,
        deceased.match_class,
        deceased.first_registered_on,
        0 as amount
    from pairs
    inner join {{ ref('deceased_persons') }} as deceased on pairs.person_id = deceased.person_id
    left join {{ checked_ledger('persons') }} as persons on pairs.person_id = persons.person_id
    where {{ is_months_after('pairs.later_on', 'pairs.earlier_on', 2) }}
),

evidence_rows as (
    {{ ledger_evidence('AC01', 'persons', 'person_id') }}
    union all
    {{ death_evidence() }}
),

final as (
    select *
    from {{ points_of(
        'death_dates_differ',
        match_class='min(match_class)',
        known_on='min(first_registered_on)',
        last_month='max(later_month)',
        months='0',
    ) }} as points
)

select * from final
