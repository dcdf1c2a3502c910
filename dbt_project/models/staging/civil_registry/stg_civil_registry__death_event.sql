-- Grain: one row per death event in a loaded file; event_order is its place in its chain of events.
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
        {{ as_date(trimmed('birth_date')) }} as birth_on,
        {{ digits_of(trimmed('death_date')) }} as death_digits,
        {{ clean_code('death_date_precision') }} as death_precision,
        {{ clean_code('category') }} as category,
        {{ as_date(trimmed('registered_on')) }} as registered_on,
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

dated as (
    select
        *,
        substring(death_digits, 1, 4) as death_year,
        substring(death_digits, 5, 2) as death_month
    from cleaned
),

final as (
    select
        source,
        source_event_id,
        row_number() over (
            partition by source, source_event_id
            order by file_month, file_sequence, file_division, source_row, source_file_id
        ) as event_order,
        event_type,
        id_type,
        id_number,
        {{ identity_number_18('id_number') }} as identity_number_18,
        person_name,
        sex,
        birth_on,
        case
            when death_precision = 'D' then {{ as_date('death_digits') }}
            when death_precision = 'M' then {{ last_day_of(as_month('death_year || death_month')) }}
            when death_precision = 'Y' then {{ last_day_of(as_month("death_year || '12'")) }}
        end as latest_death_on,                                 -- last day the date given allows
        death_precision,
        category,
        registered_on,
        certificate_no,
        division,
        file_month,
        source_file_id,
        source_row
    from dated
)

select * from final
