-- Grain: one row per payment and item (AC83), the version current in this batch.
select
    cast(null as text) as payment_id,
    cast(null as text) as item,
    cast(null as numeric(18,2)) as item_amount,
    cast(null as date) as handled_on,
    cast(null as text) as division,
    cast(null as text) as orphan_reason,
    cast(null as text) as row_key,
    cast(null as text) as source_file_id,
    cast(null as bigint) as source_row,
    {{ batch_columns() }}
where 1 = 0
