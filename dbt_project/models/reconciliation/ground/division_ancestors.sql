-- Grain: one row per division of the site and division at or above it; distance counts the levels.
with divisions as (
    select
        division,
        parent
    from {{ ref('stg_site__divisions') }}
    where division is not null
),

own as (
    select
        division,
        division as ancestor,
        parent,
        0 as distance
    from divisions
),

{% for level in [1, 2] %}
{%- set below = ['own', 'parents'][loop.index0] %}
{{ ['parents', 'grandparents'][loop.index0] }} as (
    select
        below.division,
        below.parent as ancestor,
        above.parent,
        {{ level }} as distance
    from {{ below }} as below
    left join divisions as above on below.parent = above.division
    where below.parent is not null
),
{% endfor %}

final as (
    select
        division,
        ancestor,
        distance
    from own
    union all
    select
        division,
        ancestor,
        distance
    from parents
    union all
    select
        division,
        ancestor,
        distance
    from grandparents
)

select * from final
