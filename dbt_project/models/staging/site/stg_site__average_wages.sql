-- Grain: one row per average wage of a division, year and kind (average_wages.csv), in the
-- version in use.
with site_rows as (
    select *
    from {{ source('site', 'average_wages') }}
    where _site_version = '{{ var("site_version") }}'
),

final as (
    select
        {{ clean_code('division') }} as division,
        {{ as_count(trimmed('year')) }} as year,
        {{ clean_code('wage_kind') }} as wage_kind,
        {{ as_rate(trimmed('monthly_wage')) }} as monthly_wage,
        {{ as_month(trimmed('published_month')) }} as published_month,
        _row as site_row
    from site_rows
)

select * from final
