-- Grain: one row per document an employer hands in with its declaration (base_documents.csv),
-- in the version in use.
with site_rows as (
    select *
    from {{ source('site', 'base_documents') }}
    where _site_version = '{{ var("site_version") }}'
),

final as (
    select
        {{ clean_code('division') }} as division,
        {{ clean_code('unit_kind') }} as unit_kind,
        {{ clean_code('document') }} as document_code,
        {{ clean_text('name_zh') }} as name_zh,
        {{ clean_text('name_en') }} as name_en,
        {{ clean_code('due') }} as due,
        {{ as_count(trimmed('valid_from')) }} as valid_from,
        {{ as_count(trimmed('valid_to')) }} as valid_to,
        _row as site_row
    from site_rows
)

select * from final
