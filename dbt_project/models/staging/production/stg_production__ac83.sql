-- Grain: one row per current row of AC83. Its key is one payment and item;
-- rows that another version of their key keeps out are marked.
with landed as (
    select *
    from {{ landed_rows(
        'ac83',
        codes=['aaz220', 'aaa036'],
        amounts=['aae019'],
    ) }} as landed
),

typed as (
    select
        landed.aaz220 as payment_id,
        items.code as item,
        landed.aae019 as item_amount,
        landed.handled_on,
        {{ row_key(['landed.aaz220', 'coalesce(items.code, landed.aaa036)']) }} as row_key,
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
        payment_id,
        item,
        item_amount,
        handled_on,
        row_key,
        source_file_id,
        source_row,
        is_superseded
    from versions
)

select * from final
