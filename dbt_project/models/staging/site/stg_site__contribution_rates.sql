-- Grain: one row per contribution rate (contribution_rates.csv), in the version in use.
with site_rows as (
    select *
    from {{ source('site', 'contribution_rates') }}
    where _site_version = '{{ var("site_version") }}'
),

final as (
    select
        {{ clean_code('division') }} as division,
        {{ clean_code('scheme') }} as scheme,
        {{ clean_code('identity') }} as identity,
        {{ clean_code('risk_class') }} as risk_class,
        {{ as_rate(trimmed('employer_rate')) }} as employer_rate,
        {{ as_rate(trimmed('person_rate')) }} as person_rate,
        {{ as_month(trimmed('valid_from')) }} as valid_from,
        {{ as_month(trimmed('valid_to')) }} as valid_to,
        _row as site_row
    from site_rows
)

select * from final
