-- Grain: one row per current row of AC61. Its key is one entitlement, item and first month;
-- rows that another version of their key keeps out are marked.
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

versions as (
    select *
    from {{ versions_of_keys('typed') }} as versions
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
        source_row,
        is_superseded
    from versions
)

select * from final
