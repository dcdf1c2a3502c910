-- Grain: one row per threshold of a metric (thresholds.csv), in the version in use.
with site_rows as (
    select *
    from {{ source('site', 'thresholds') }}
    where _site_version = '{{ var("site_version") }}'
),

final as (
    select
        {{ clean_code('metric') }} as metric,
        {{ clean_code('"table"') }} as table_name,
        {{ clean_code('division') }} as division,
        {{ as_rate(trimmed('low')) }} as low,
        {{ as_rate(trimmed('high')) }} as high,
        {{ as_rate(trimmed('target')) }} as target,
        {{ clean_code('severity') }} as severity,
        {{ as_count(trimmed('grace_months')) }} as grace_months,
        {{ as_month(trimmed('valid_from')) }} as valid_from,
        {{ as_month(trimmed('valid_to')) }} as valid_to,
        {{ clean_text('changed_by') }} as changed_by,
        {{ clean_text('reason') }} as reason,
        _row as site_row
    from site_rows
)

select * from final
