-- Grain: one row per expected mortality of a sex and age (mortality.csv), in the version in use.
with site_rows as (
    select *
    from {{ source('site', 'mortality') }}
    where _site_version = '{{ var("site_version") }}'
),

final as (
    select
        {{ clean_code('sex') }} as sex,
        {{ as_count(trimmed('age')) }} as age,
        {{ as_rate(trimmed('annual_rate')) }} as annual_rate,
        _row as site_row
    from site_rows
)

select * from final
