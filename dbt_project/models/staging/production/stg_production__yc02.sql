-- Grain: one row per person, scheme, direction and month (YC02): the version of its key that counts in the month being built.
with landed as (
    select *
    from {{ landed_rows(
        'yc02',
        codes=['aac001', 'aae140', 'yae001', 'yab301'],
        others=['aae003', 'aae019'],
    ) }} as landed
),

typed as (
    select
        landed.aac001 as person_id,
        schemes.code as scheme,
        directions.code as direction,
        {{ as_month('landed.aae003') }} as for_month,
        landed.yab301 as other_division,
        {{ as_amount('landed.aae019') }} as transfer_amount,
        {{ handled_day('landed.handled_digits') }} as handled_on,
        {{ row_key(['landed.aac001', 'coalesce(schemes.code, landed.aae140)', 'coalesce(directions.code, landed.yae001)', month_or_text('landed.aae003')]) }} as row_key,
        {{ row_key(['landed.aac001', 'landed.aae140', 'landed.yae001', 'landed.aae003']) }} as written_key,
        landed.handled_digits,
        landed.source_file_id,
        landed.source_row
    from landed
    {{ join_code('schemes', 'aae140') }}
    {{ join_code('directions', 'yae001') }}
),

ranked as (
    select *
    from {{ version_that_counts('typed') }} as versions
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
        source_row
    from ranked
    where version_rank = 1
)

select * from final
