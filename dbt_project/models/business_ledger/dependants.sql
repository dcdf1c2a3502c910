-- Grain: one row per survivor's entitlement (AC60, kind 11), the version current in this batch.
select
    cast(null as text) as entitlement_id,
    cast(null as text) as person_id,
    cast(null as text) as scheme,
    cast(null as text) as status,
    cast(null as text) as first_month,
    cast(null as text) as last_month,
    cast(null as text) as division,
    cast(null as text) as orphan_reason,
    cast(null as text) as row_key,
    cast(null as text) as source_file_id,
    cast(null as bigint) as source_row,
    {{ batch_columns() }}
where 1 = 0
