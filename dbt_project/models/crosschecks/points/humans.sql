-- Grain: one row per pair of person ids of one human (class A or B) and id of that pair. An id is
-- the same human as itself, too; the macro per_human adds those pairs of one id.
with pairs as (
    select * from {{ ref('person_matches') }}
    where match_class in ('A', 'B')
),

final as (
    select
        person_id,
        other_person_id,
        match_class,
        person_id as member_id
    from pairs
    union all
    select
        person_id,
        other_person_id,
        match_class,
        other_person_id as member_id
    from pairs
)

select * from final
