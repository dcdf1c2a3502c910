-- Grain: one row per current row of YC02. Its key is one
-- person, scheme, direction and month; rows that another version of their key keeps
-- out are marked.
with landed as (
    select *
    from {{ landed_rows(
        'yc02',
        codes=['aac001', 'aae140', 'yae001', 'yab301'],
        months=['aae003'],
        amounts=['aae019'],
    ) }} as landed
),

typed as (
    select
        landed.aac001 as person_id,
        schemes.code as scheme,
        directions.code as direction,
        landed.aae003 as for_month,
        landed.yab301 as other_division,
        landed.aae019 as transfer_amount,
        landed.handled_on,
        {{ row_key([
            'landed.aac001',
            'coalesce(schemes.code, landed.aae140)',
            'coalesce(directions.code, landed.yae001)',
            'coalesce(landed.aae003, landed.aae003_text)',
        ]) }} as row_key,
        landed.written_key,
        landed.handled_digits,
        landed.source_file_id,
        landed.source_row
    from landed
    {{ join_code('schemes', 'aae140') }}
    {{ join_code('directions', 'yae001') }}
),

versions as (
    select *
    from {{ versions_of_keys('typed') }} as versions
),

final as (
    select
        person_id,
        scheme,
        direction,
        for_month,
        other_division,
        transfer_amount,
        handled_on,
        row_key,
        source_file_id,
        source_row,
        is_superseded
    from versions
)

select * from final
