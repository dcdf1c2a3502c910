-- Grain: one row per entitlement, item and first month (AC61), the version current in this batch.
select
    cast(null as text) as entitlement_id,
    cast(null as text) as item,
    cast(null as text) as from_month,
    cast(null as text) as to_month,
    cast(null as numeric(18,2)) as monthly_amount,
    cast(null as date) as handled_on,
    cast(null as text) as division,
    cast(null as text) as orphan_reason,
    cast(null as text) as row_key,
    cast(null as text) as source_file_id,
    cast(null as bigint) as source_row,
    {{ batch_columns() }}
where 1 = 0
