-- Grain: one row per current row of AB02. Its key is one employer and scheme;
-- rows that another version of their key keeps out are marked.
with landed as (
    select *
    from {{ landed_rows(
        'ab02',
        codes=['aab001', 'aae140', 'aab051', 'aab033'],
    ) }} as landed
),

typed as (
    select
        landed.aab001 as employer_id,
        schemes.code as scheme,
        statuses.code as status,
        base_methods.code as base_method,
        landed.handled_on,
        {{ row_key(['landed.aab001', 'coalesce(schemes.code, landed.aae140)']) }} as row_key,
        landed.written_key,
        landed.handled_digits,
        landed.source_file_id,
        landed.source_row
    from landed
    {{ join_code('schemes', 'aae140') }}
    {{ join_code('statuses', 'aab051') }}
    {{ join_code('base_methods', 'aab033') }}
),

versions as (
    select *
    from {{ versions_of_keys('typed') }} as versions
),

final as (
    select
        employer_id,
        scheme,
        status,
        base_method,
        handled_on,
        row_key,
        source_file_id,
        source_row,
        is_superseded
    from versions
)

select * from final
