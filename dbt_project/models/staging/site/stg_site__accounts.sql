-- Grain: one row per fund account (accounts.csv), in the version in use.
with site_rows as (
    select *
    from {{ source('site', 'accounts') }}
    where _site_version = '{{ var("site_version") }}'
),

final as (
    select
        {{ clean_code('account_no') }} as account_no,
        {{ clean_code('division') }} as division,
        {{ clean_code('fund') }} as fund,
        {{ clean_code('kind') }} as kind,
        {{ clean_text('bank') }} as bank,
        {{ as_date(trimmed('opened_on')) }} as opened_on,
        {{ as_date(trimmed('closed_on')) }} as closed_on,
        {{ clean_text('agreement_no') }} as agreement_no,
        {{ as_date(trimmed('inspected_on')) }} as inspected_on,
        _row as site_row
    from site_rows
)

select * from final
