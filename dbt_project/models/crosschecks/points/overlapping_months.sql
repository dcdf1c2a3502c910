-- Grain: one row per pair, scheme and month contributed for twice; two months or more.
with contributed as (
    select * from {{ ref('contributed_months') }}
),

under_one_id as (
    select
        person_id,
        person_id as other_person_id,
        'A' as match_class,
        scheme,
        for_month
    from contributed
    group by person_id, scheme, for_month
    having count(distinct division) >= 2
),

of_persons as (
    select
        person_id,
        scheme,
        for_month
    from contributed
    group by person_id, scheme, for_month
),

under_two_ids as (
    select
        pairs.person_id,
        pairs.other_person_id,
        pairs.match_class,
        mine.scheme,
        mine.for_month
    from {{ ref('person_matches') }} as pairs
    inner join of_persons as mine on pairs.person_id = mine.person_id
    inner join of_persons as theirs
        on
            pairs.other_person_id = theirs.person_id
            and mine.scheme = theirs.scheme
            and mine.for_month = theirs.for_month
    where pairs.match_class in ('A', 'B')
),

doubled as (
    select
        person_id,
        other_person_id,
        match_class,
        scheme,
        for_month
    from under_one_id
    union all
    select
        person_id,
        other_person_id,
        match_class,
        scheme,
        for_month
    from under_two_ids
),

counted as (
    select
        *,
        count(*) over (partition by person_id, other_person_id, scheme) as month_count
    from doubled
),

final as (
    select
        person_id,
        other_person_id,
        match_class,
        scheme,
        for_month
    from counted
    where month_count >= 2
)

select * from final
