-- Grain: one row per deadline of a month's premium (contribution_deadlines.csv), in the version
-- in use.
with site_rows as (
    select *
    from {{ source('site', 'contribution_deadlines') }}
    where _site_version = '{{ var("site_version") }}'
),

final as (
    select
        {{ clean_code('division') }} as division,
        {{ clean_code('scheme') }} as scheme,
        {{ as_count(trimmed('months_after')) }} as months_after,
        {{ as_count(trimmed('day')) }} as day,
        _row as site_row
    from site_rows
)

select * from final
