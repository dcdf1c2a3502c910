-- Grain: one row per employer and scheme (AB02): the version of its key that counts.
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

ranked as (
    select *
    from {{ version_that_counts('typed') }} as versions
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
        source_row
    from ranked
    where version_rank = 1
)

select * from final
