-- Grain: one row per person id and standing police event of emigration or military service that
-- matches it in class A or B.
with pairs as (
    select * from {{ ref('same_number_departures') }}
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
        judgements.match_class,
        pairs.latest_departed_on,
        pairs.registered_on,
        pairs.source_file_id,
        pairs.source_row
    from pairs
    inner join judgements
        on
            pairs.person_name = judgements.name_a
            and pairs.record_name = judgements.name_b
    where judgements.match_class in ('A', 'B')
)

select * from final
