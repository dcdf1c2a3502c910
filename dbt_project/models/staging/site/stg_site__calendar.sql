-- Grain: one row per day of the month on which something is due (calendar.csv), in the version
-- in use.
with site_rows as (
    select *
    from {{ source('site', 'calendar') }}
    where _site_version = '{{ var("site_version") }}'
),

final as (
    select
        {{ clean_code('event') }} as event,
        {{ as_count(trimmed('months_after')) }} as months_after,
        {{ as_count(trimmed('day')) }} as day,
        _row as site_row
    from site_rows
)

select * from final
