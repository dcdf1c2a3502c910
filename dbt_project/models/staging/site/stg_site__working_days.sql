-- Grain: one row per override of the holiday calendar (working_days.csv), in the version in use.
with site_rows as (
    select *
    from {{ source('site', 'working_days') }}
    where _site_version = '{{ var("site_version") }}'
),

final as (
    select
        {{ as_date(trimmed('day')) }} as day,
        {{ clean_code('is_working') }} in ('1', 'true', 'TRUE', 'yes') as is_working,
        {{ clean_text('reason') }} as reason,
        _row as site_row
    from site_rows
)

select * from final
