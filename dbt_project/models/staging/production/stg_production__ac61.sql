-- Grain: one row per entitlement, item and first month (AC61): the version of its key that counts.
with landed as (
    select *
    from {{ landed_rows(
        'ac61',
        codes=['aaz257', 'aaa036'],
        months=['aae041', 'aae042'],
        amounts=['aae019'],
    ) }} as landed
),

typed as (
    select
        landed.aaz257 as entitlement_id,
        items.code as item,
        landed.aae041 as from_month,
        landed.aae042 as to_month,
        landed.aae019 as monthly_amount,
        landed.handled_on,
        {{ row_key([
            'landed.aaz257',
            'coalesce(items.code, landed.aaa036)',
            'coalesce(landed.aae041, landed.aae041_text)',
        ]) }} as row_key,
        landed.written_key,
        landed.handled_digits,
        landed.source_file_id,
        landed.source_row
    from landed
    {{ join_code('items', 'aaa036') }}
),

ranked as (
    select *
    from {{ version_that_counts('typed') }} as versions
),

final as (
    select
        entitlement_id,
        item,
        from_month,
        to_month,
        monthly_amount,
        handled_on,
        row_key,
        source_file_id,
        source_row
    from ranked
    where version_rank = 1
)

select * from final
