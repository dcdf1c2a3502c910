-- Grain: one row per current row of AC50. Its key is one person and scheme;
-- rows that another version of their key keeps out are marked.
with landed as (
    select *
    from {{ landed_rows(
        'ac50',
        codes=['aac001', 'aae140'],
        amounts=['aae240'],
        counts=['aae201'],
    ) }} as landed
),

typed as (
    select
        landed.aac001 as person_id,
        schemes.code as scheme,
        landed.aae240 as balance_amount,
        landed.aae201 as paid_months_count,
        landed.handled_on,
        {{ row_key(['landed.aac001', 'coalesce(schemes.code, landed.aae140)']) }} as row_key,
        landed.written_key,
        landed.handled_digits,
        landed.source_file_id,
        landed.source_row
    from landed
    {{ join_code('schemes', 'aae140') }}
),

versions as (
    select *
    from {{ versions_of_keys('typed') }} as versions
),

final as (
    select
        person_id,
        scheme,
        balance_amount,
        paid_months_count,
        handled_on,
        row_key,
        source_file_id,
        source_row,
        is_superseded
    from versions
)

select * from final
