-- Grain: one row per employer and scheme (AB02), the version current in this batch.
select
    cast(null as text) as employer_id,
    cast(null as text) as scheme,
    cast(null as text) as status,
    cast(null as text) as base_method,
    cast(null as date) as handled_on,
    cast(null as text) as division,
    cast(null as text) as orphan_reason,
    cast(null as text) as row_key,
    cast(null as text) as source_file_id,
    cast(null as bigint) as source_row,
    {{ batch_columns() }}
where 1 = 0
