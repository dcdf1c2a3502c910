-- Grain: one row per chain of death events (source, source event id, event that began it) whose
-- last event is a death.
with events as (
    select * from {{ ref('standing_events') }}
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
    inner join death_categories on events.category = death_categories.category
)

select * from final
