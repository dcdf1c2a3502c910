-- Grain: one row per division of the site (divisions.csv), in the version in use.
with site_rows as (
    select *
    from {{ source('site', 'divisions') }}
    where _site_version = '{{ var("site_version") }}'
),

final as (
    select
        {{ clean_code('division') }} as division,
        {{ clean_text('name_zh') }} as name_zh,
        {{ clean_text('name_en') }} as name_en,
        {{ clean_code('level') }} as level,
        {{ clean_code('parent') }} as parent,
        _row as site_row
    from site_rows
)

select * from final
