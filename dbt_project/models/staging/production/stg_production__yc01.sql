-- Grain: one row per person, scheme and first month (YC01): the version of its key that counts in the month being built.
with landed as (
    select *
    from {{ landed_rows(
        'yc01',
        codes=['aac001', 'aae140'],
        others=['aae041', 'aae042', 'aae019', 'aae058'],
    ) }} as landed
),

typed as (
    select
        landed.aac001 as person_id,
        schemes.code as scheme,
        {{ as_month('landed.aae041') }} as from_month,
        {{ as_month('landed.aae042') }} as to_month,
        {{ as_amount('landed.aae019') }} as claim_amount,
        {{ as_amount('landed.aae058') }} as recovered_amount,
        {{ handled_day('landed.handled_digits') }} as handled_on,
        {{ row_key(['landed.aac001', 'coalesce(schemes.code, landed.aae140)', month_or_text('landed.aae041')]) }} as row_key,
        {{ row_key(['landed.aac001', 'landed.aae140', 'landed.aae041']) }} as written_key,
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
        from_month,
        to_month,
        claim_amount,
        recovered_amount,
        handled_on,
        row_key,
        source_file_id,
        source_row
    from ranked
    where version_rank = 1
)

select * from final
