-- Grain: one row per death record and person id with equal numbers, with their class (A, B, C).
with pairs as (
    select * from {{ ref('same_number_deaths') }}
),

judgements as (
    select * from {{ source('name_judgements', 'name_matches') }}
),

final as (
    select
        pairs.person_id,
        pairs.source,
        pairs.source_event_id,
        pairs.chain_order,
        coalesce(judgements.match_class, 'C') as match_class,       -- a missing name is not judged
        pairs.death_precision,
        pairs.latest_death_on,
        pairs.registered_on,
        pairs.source_file_id,
        pairs.source_row
    from pairs
    left join judgements
        on
            pairs.person_name = judgements.name_a
            and pairs.record_name = judgements.name_b
)

select * from final
