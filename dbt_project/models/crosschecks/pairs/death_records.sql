-- Grain: one row per chain of death events (source, source event id, event that began it) whose
-- last event is a death.
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

-- Emigration, military service and duplicate records end a registration too: they are no deaths.
death_categories as (
    select category
    from {{ ref('death_categories') }}
    where is_death
),

final as (
    select
        events.source,
        events.source_event_id,
        events.chain_order,
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
    inner join death_categories on events.category = death_categories.category
    where events.event_type <> 'revoke'
)

select * from final
