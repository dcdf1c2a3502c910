-- Grain: one row per current row of YC01. Its key is one person, scheme and first month;
-- rows that another version of their key keeps out are marked.
with landed as (
    select *
    from {{ landed_rows(
        'yc01',
        codes=['aac001', 'aae140'],
        months=['aae041', 'aae042'],
        amounts=['aae019', 'aae058'],
    ) }} as landed
),

typed as (
    select
        landed.aac001 as person_id,
        schemes.code as scheme,
        landed.aae041 as from_month,
        landed.aae042 as to_month,
        landed.aae019 as claim_amount,
        landed.aae058 as recovered_amount,
        landed.handled_on,
        {{ row_key([
            'landed.aac001',
            'coalesce(schemes.code, landed.aae140)',
            'coalesce(landed.aae041, landed.aae041_text)',
        ]) }} as row_key,
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
        from_month,
        to_month,
        claim_amount,
        recovered_amount,
        handled_on,
        row_key,
        source_file_id,
        source_row,
        is_superseded
    from versions
)

select * from final
