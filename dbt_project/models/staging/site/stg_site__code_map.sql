-- Grain: one row per other site's code (code_map.csv), in the version in use.
with site_rows as (
    select *
    from {{ source('site', 'code_map') }}
    where _site_version = '{{ var("site_version") }}'
),

final as (
    select
        {{ clean_code('source') }} as source,
        {{ clean_code('class') }} as class,
        {{ clean_code('raw') }} as raw,
        {{ clean_code('standard') }} as standard,
        {{ as_month(trimmed('valid_from')) }} as valid_from,
        {{ as_month(trimmed('valid_to')) }} as valid_to,
        _row as site_row
    from site_rows
)

select * from final
