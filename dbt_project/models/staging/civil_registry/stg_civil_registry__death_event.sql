-- Grain: one row per death event in a loaded file; event_order is its place among those of its
-- source's id, chain_order that of the event that began its chain. Offices may number alike: a
-- create of another person begins a chain of its own.
{{ config(pre_hook="{{ join_by_hash() }}") }}

with landed as (
    select * from {{ counting_rows('civil_registry', 'death_event') }} as counting
),

cleaned as (
    select
        {{ clean_code('source') }} as source,
        {{ clean_code('source_event_id') }} as source_event_id,
        {{ clean_code('event_type') }} as event_type,
        {{ clean_code('id_type') }} as id_type,
        upper({{ clean_code('id_number') }}) as id_number,
        {{ clean_text('name') }} as person_name,
        {{ clean_code('sex') }} as sex,
        {{ digits_of(trimmed('birth_date')) }} as birth_digits,
        {{ precision_of(trimmed('birth_date')) }} as birth_precision,
        {{ digits_of(trimmed('death_date')) }} as death_digits,
        {{ clean_code('death_date_precision') }} as death_precision,
        {{ clean_code('category') }} as category,
        {{ digits_of(trimmed('registered_on')) }} as registered_digits,
        {{ precision_of(trimmed('registered_on')) }} as registered_precision,
        {{ clean_text('certificate_no') }} as certificate_no,
        {{ clean_code('division') }} as division,
        file_month,
        file_sequence,
        file_division,
        _file_id as source_file_id,
        _row as source_row
    from landed
    {{ computed_once() }}
),

ordered as (
    select
        *,
        {{ identity_number_18('id_number') }} as identity_number_18,
        coalesce(division, file_division) as office,
        row_number() over (
            partition by source, source_event_id
            order by file_month, file_sequence, file_division, source_row, source_file_id
        ) as event_order
    from cleaned
),

-- Per event the places of others under its id: the first of its number, the first of its name, and
-- the last before it that may have begun a chain, in its division and anywhere.
related as (
    select
        *,
        min(event_order) over (
            partition by source, source_event_id, coalesce(identity_number_18, id_number)
        ) as first_of_number,
        min(event_order) over (partition by source, source_event_id, person_name) as first_of_name,
        max(case when event_type = 'create' or event_order = 1 then event_order end) over (
            partition by source, source_event_id, office
            order by event_order rows between unbounded preceding and 1 preceding
        ) as last_begun_in_office,
        max(case when event_type = 'create' or event_order = 1 then event_order end) over (
            partition by source, source_event_id
            order by event_order rows between unbounded preceding and 1 preceding
        ) as last_begun
    from ordered
),

-- The event each one follows; itself where it begins a chain.
step_0 as (
    select
        source,
        source_event_id,
        event_order,
        case
            when event_order = 1 then event_order
            when id_number is not null and first_of_number < event_order then first_of_number
            when person_name is not null and first_of_name < event_order then first_of_name
            when event_type = 'create' then event_order
            else coalesce(last_begun_in_office, last_begun)
        end as chain_order
    from related
),

-- Followed to the beginning. A number or name leads to its first event, so only a change of both
-- is a step.
{% for step in range(3) %}
step_{{ step + 1 }} as (
    select
        later.source,
        later.source_event_id,
        later.event_order,
        earlier.chain_order
    from step_{{ step }} as later
    inner join step_{{ step }} as earlier
        on
            later.source = earlier.source
            and later.source_event_id = earlier.source_event_id
            and later.chain_order = earlier.event_order
),
{% endfor %}

final as (
    select
        ordered.source,
        ordered.source_event_id,
        ordered.event_order,
        step_3.chain_order,
        ordered.event_type,
        ordered.id_type,
        ordered.id_number,
        ordered.identity_number_18,
        ordered.person_name,
        case when ordered.sex in ('1', '2', '9') then ordered.sex end as sex,
        {{ latest_day('ordered.birth_digits', 'ordered.birth_precision') }} as birth_on,
        ordered.birth_precision,
        -- The last day the date given allows.
        {{ latest_day('ordered.death_digits', 'ordered.death_precision') }} as latest_death_on,
        ordered.death_precision,
        ordered.category,
        {{ latest_day('ordered.registered_digits', 'ordered.registered_precision') }}
            as registered_on,
        ordered.registered_precision,
        ordered.certificate_no,
        ordered.division,
        ordered.file_month,
        ordered.source_file_id,
        ordered.source_row
    from ordered
    inner join step_3
        on
            ordered.source = step_3.source
            and ordered.source_event_id = step_3.source_event_id
            and ordered.event_order = step_3.event_order
)

select * from final
