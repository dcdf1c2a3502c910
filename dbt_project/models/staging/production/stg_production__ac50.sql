-- Grain: one row per person and scheme (AC50): the version of its key that counts in the month being built.
with landed as (
    select *
    from {{ landed_rows(
        'ac50',
        codes=['aac001', 'aae140'],
        others=['aae240', 'aae201'],
    ) }} as landed
),

typed as (
    select
        landed.aac001 as person_id,
        schemes.code as scheme,
        {{ as_amount('landed.aae240') }} as balance_amount,
        {{ as_count('landed.aae201') }} as paid_months_count,
        {{ handled_day('landed.handled_digits') }} as handled_on,
        {{ row_key(['landed.aac001', 'coalesce(schemes.code, landed.aae140)']) }} as row_key,
        {{ row_key(['landed.aac001', 'landed.aae140']) }} as written_key,
        landed.handled_digits,
        landed.source_file_id,
        landed.source_row
    from landed
    {{ join_code('schemes', 'aae140') }}
),

ranked as (
    select *
    from {{ version_that_counts('typed') }} as versions
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
        source_row
    from ranked
    where version_rank = 1
)

select * from final
