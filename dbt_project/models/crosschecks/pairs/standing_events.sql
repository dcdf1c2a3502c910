-- Grain: one row per chain of events (source, source event id, event that began it) whose last
-- event stands: it is no revoke. Its category decides what it means.
with events as (
    select * from {{ ref('stg_civil_registry__death_event') }}
),

latest as (
    select
        source,
        source_event_id,
        chain_order,
        max(event_order) as event_order
    from events
    group by source, source_event_id, chain_order
),

final as (
    select
        events.source,
        events.source_event_id,
        events.chain_order,
        events.category,
        events.identity_number_18,
        events.person_name,
        events.death_precision,
        events.latest_death_on,
        events.registered_on,
        events.division,
        events.source_file_id,
        events.source_row
    from events
    inner join latest
        on
            events.source = latest.source
            and events.source_event_id = latest.source_event_id
            and events.event_order = latest.event_order
    where events.event_type <> 'revoke'
)

select * from final
