-- Grain: one row per death record and person id that share a valid identity number.
with records as (
    select * from {{ ref('death_records') }}
),

persons as (
    select * from {{ ref('identified_persons') }}
),

final as (
    select
        persons.person_id,
        persons.person_name,
        records.source,
        records.source_event_id,
        records.chain_order,
        records.person_name as record_name,
        records.death_precision,
        records.latest_death_on,
        records.registered_on,
        records.source_file_id,
        records.source_row
    from records
    inner join persons on records.identity_number_18 = persons.identity_number_18
)

select * from final
