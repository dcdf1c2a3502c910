-- Grain: one row per area (any division of the site) and division lying in it, itself included.
{{ skip_if_unchanged() }}

with divisions as (
    select
        division,
        level,
        parent
    from {{ ref('stg_site__divisions') }}
),

-- Three levels at most: county, city, province.
ancestors as (
    select
        division,
        division as area
    from divisions
    union all
    select
        division,
        parent as area
    from divisions
    where parent <> division
    union all
    select
        children.division,
        parents.parent as area
    from divisions as children
    inner join divisions as parents on children.parent = parents.division
    where
        parents.parent <> parents.division
        and children.parent <> children.division
),

final as (
    select
        ancestors.area,
        divisions.level as area_level,
        ancestors.division
    from ancestors
    inner join divisions on ancestors.area = divisions.division
)

select * from final
