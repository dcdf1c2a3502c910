-- Grain: one row per account that may be shared (account_whitelist.csv), in the version in use.
with site_rows as (
    select *
    from {{ source('site', 'account_whitelist') }}
    where _site_version = '{{ var("site_version") }}'
),

final as (
    select
        {{ clean_code('account_no') }} as account_no,
        {{ clean_text('reason') }} as reason,
        {{ as_month(trimmed('valid_from')) }} as valid_from,
        {{ as_month(trimmed('valid_to')) }} as valid_to,
        _row as site_row
    from site_rows
)

select * from final
