-- Grain: one row per floor and cap of contribution bases (contribution_limits.csv), in the
-- version in use.
with site_rows as (
    select *
    from {{ source('site', 'contribution_limits') }}
    where _site_version = '{{ var("site_version") }}'
),

final as (
    select
        {{ clean_code('division') }} as division,
        {{ clean_code('scheme') }} as scheme,
        {{ clean_code('identity') }} as identity,
        {{ as_count(trimmed('wage_year')) }} as wage_year,
        {{ clean_code('wage_kind') }} as wage_kind,
        {{ as_rate(trimmed('floor_ratio')) }} as floor_ratio,
        {{ as_rate(trimmed('cap_ratio')) }} as cap_ratio,
        {{ as_rate(trimmed('floor')) }} as floor,
        {{ as_rate(trimmed('cap')) }} as cap,
        {{ as_month(trimmed('valid_from')) }} as valid_from,
        {{ as_month(trimmed('valid_to')) }} as valid_to,
        _row as site_row
    from site_rows
)

select * from final
