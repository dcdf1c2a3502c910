-- Grain: one row per deceased person and who gives a date of death: each source its later one, and
-- AC01; with the first and the last day that the date allows.
with matches as (
    select
        *,
        row_number() over (
            partition by person_id, source
            order by
                case when death_precision in ('D', 'M') then 0 else 1 end,
                latest_death_on desc
        ) as place
    from {{ ref('death_matches') }}
    where
        match_class in ('A', 'B')
        and latest_death_on is not null
),

final as (
    select
        person_id,
        source,
        case
            when death_precision = 'D' then latest_death_on
            when death_precision = 'M'
                then cast({{ month_of('latest_death_on') }} || '-01' as date)
            else cast(substring({{ month_of('latest_death_on') }}, 1, 4) || '-01-01' as date)
        end as earliest_on,
        latest_death_on as latest_on
    from matches
    where place = 1
    union all
    select
        persons.person_id,
        'AC01' as source,
        persons.death_on as earliest_on,
        persons.death_on as latest_on
    from {{ checked_ledger('persons') }} as persons
    inner join {{ ref('deceased_persons') }} as deceased
        on persons.person_id = deceased.person_id
    where
        persons.survival = '2'
        and persons.death_on is not null
)

select * from final
