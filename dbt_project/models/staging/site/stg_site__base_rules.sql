-- Grain: one row per rule of contribution bases (base_rules.csv), in the version in use.
with site_rows as (
    select *
    from {{ source('site', 'base_rules') }}
    where _site_version = '{{ var("site_version") }}'
),

final as (
    select
        {{ clean_code('division') }} as division,
        {{ clean_code('scheme') }} as scheme,
        {{ clean_code('unit_kind') }} as unit_kind,
        {{ clean_code('unit_method') }} as unit_method,
        {{ clean_code('provisional') }} as provisional,
        {{ as_count(trimmed('trueup_months')) }} as trueup_months,
        {{ clean_code('declare_by') }} as declare_by,
        {{ as_rate(trimmed('rounding')) }} as rounding,
        {{ as_count(trimmed('valid_from')) }} as valid_from,
        {{ as_count(trimmed('valid_to')) }} as valid_to,
        _row as site_row
    from site_rows
)

select * from final
