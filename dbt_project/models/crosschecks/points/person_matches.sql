-- Grain: one row per pair of person ids with equal valid numbers, with its class (A, B, C).
with pairs as (
    select * from {{ ref('same_number_pairs') }}
),

judgements as (
    select * from {{ source('name_judgements', 'name_matches') }}
),

final as (
    select
        pairs.person_id,
        pairs.other_person_id,
        coalesce(judgements.match_class, 'C') as match_class        -- a missing name is not judged
    from pairs
    left join judgements
        on
            pairs.person_name = judgements.name_a
            and pairs.other_person_name = judgements.name_b
)

select * from final
