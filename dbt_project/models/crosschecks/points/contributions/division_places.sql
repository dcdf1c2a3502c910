-- Grain: one row per division (empty: none known) and place its parameters are looked up at:
-- itself, its parents as far as the site lists them, and anywhere (empty).
with divisions as (
    select
        division,
        parent
    from {{ ref('stg_site__divisions') }}
    where division is not null
),

places as (
    select
        division,
        division as place,
        0 as distance
    from divisions
    union all
    select
        divisions.division,
        parents.division as place,
        1 as distance
    from divisions
    inner join divisions as parents on divisions.parent = parents.division
    union all
    select
        divisions.division,
        grandparents.division as place,
        2 as distance
    from divisions
    inner join divisions as parents on divisions.parent = parents.division
    inner join divisions as grandparents on parents.parent = grandparents.division
    union all
    select
        division,
        '' as place,
        3 as distance
    from divisions
    union all
    select
        '' as division,
        '' as place,
        3 as distance
)

select
    division,
    place,
    cast(distance as integer) as distance
from places
