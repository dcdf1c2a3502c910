-- Grain: one row per target of a year (targets.csv), in the version in use.
with site_rows as (
    select *
    from {{ source('site', 'targets') }}
    where _site_version = '{{ var("site_version") }}'
),

final as (
    select
        {{ clean_code('division') }} as division,
        {{ clean_code('scheme') }} as scheme,
        {{ clean_code('indicator') }} as indicator,
        {{ as_count(trimmed('year')) }} as year,
        {{ clean_code('target_kind') }} as target_kind,
        {{ as_rate(trimmed('target')) }} as target,
        {{ clean_code('unit') }} as unit,
        {{ clean_code('denominator') }} as denominator,
        {{ as_rate(trimmed('printed_percent')) }} as printed_percent,
        char_length({{ dbt.split_part(trimmed('printed_percent'), "'.'", 2) }}) as printed_decimals,
        _row as site_row
    from site_rows
)

select * from final
