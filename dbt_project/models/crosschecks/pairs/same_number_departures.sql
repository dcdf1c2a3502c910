-- Grain: one row per standing police event of emigration (03) or military service (04) and person
-- id that share a valid identity number.
with events as (
    select * from {{ ref('standing_events') }}
    where
        source = 'police'
        and category in ('03', '04')
),

persons as (
    select * from {{ ref('identified_persons') }}
),

final as (
    select
        persons.person_id,
        persons.person_name,
        events.source,
        events.source_event_id,
        events.chain_order,
        events.person_name as record_name,
        events.latest_death_on as latest_departed_on,
        events.registered_on,
        events.source_file_id,
        events.source_row
    from events
    inner join persons on events.identity_number_18 = persons.identity_number_18
)

select * from final
