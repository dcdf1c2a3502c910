-- Grain: one row per other site's column (column_map.csv), in the version in use.
with site_rows as (
    select *
    from {{ source('site', 'column_map') }}
    where _site_version = '{{ var("site_version") }}'
),

final as (
    select
        {{ clean_code('source') }} as source,
        {{ clean_code('"table"') }} as table_name,
        {{ clean_code('raw_column') }} as raw_column,
        {{ clean_code('standard_column') }} as standard_column,
        _row as site_row
    from site_rows
)

select * from final
