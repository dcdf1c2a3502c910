-- Grain: one row per production row that another version of its key keeps out of its ledger, the version current in this batch.
select
    cast(null as text) as table_name,
    cast(null as text) as reason,
    cast(null as text) as row_key,
    cast(null as text) as source_file_id,
    cast(null as bigint) as source_row,
    {{ batch_columns() }}
where 1 = 0
