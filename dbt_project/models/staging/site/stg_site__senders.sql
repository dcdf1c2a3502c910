-- Grain: one row per file that is expected every month (senders.csv), in the version in use.
with site_rows as (
    select *
    from {{ source('site', 'senders') }}
    where _site_version = '{{ var("site_version") }}'
),

final as (
    select
        {{ clean_code('feed') }} as feed,
        {{ clean_code('format') }} as format,
        {{ clean_code('division') }} as division,
        {{ clean_text('public_key') }} as public_key,
        _row as site_row
    from site_rows
)

select * from final
