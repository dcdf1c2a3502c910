-- Grain: one row per person id dead by a match of class A or B, with the date that counts.
with matches as (
    select * from {{ ref('death_matches') }}
    where match_class in ('A', 'B')
),

-- The latest of the dates given to the day or month; one given to the year where no other is.
dated as (
    select
        person_id,
        min(match_class) as match_class,
        coalesce(
            max(case when death_precision in ('D', 'M') then latest_death_on end),
            max(latest_death_on)
        ) as death_on,
        min(registered_on) as first_registered_on
    from matches
    group by person_id
),

final as (
    select
        person_id,
        match_class,
        death_on,
        {{ month_of('death_on') }} as death_month,
        first_registered_on
    from dated
    where death_on is not null
)

select * from final
