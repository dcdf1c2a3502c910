-- Grain: one row per statutory age (retirement_ages.csv), in the version in use.
with site_rows as (
    select *
    from {{ source('site', 'retirement_ages') }}
    where _site_version = '{{ var("site_version") }}'
),

final as (
    select
        {{ clean_code('scheme') }} as scheme,
        {{ clean_code('sex') }} as sex,
        {{ clean_code('kind') }} as kind,
        {{ clean_code('category') }} as category,
        {{ clean_code('identity') }} as identity,
        {{ clean_text('birth_from') }} as birth_from,
        {{ clean_text('birth_to') }} as birth_to,
        {{ as_count(trimmed('months')) }} as months,
        {{ as_count(trimmed('earliest_months')) }} as earliest_months,
        {{ as_count(trimmed('latest_months')) }} as latest_months,
        {{ as_count(trimmed('min_paid_months')) }} as min_paid_months,
        {{ as_month(trimmed('valid_from')) }} as valid_from,
        {{ as_month(trimmed('valid_to')) }} as valid_to,
        _row as site_row
    from site_rows
)

select * from final
