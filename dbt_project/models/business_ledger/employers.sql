-- Grain: one row per employer (AB01), the version current in this batch.
select
    cast(null as text) as employer_id,
    cast(null as text) as employer_name,
    cast(null as text) as tax_number,
    cast(null as text) as employer_type,
    cast(null as text) as economic_type,
    cast(null as text) as industry,
    cast(null as text) as risk_class,
    cast(null as date) as handled_on,
    cast(null as text) as division,
    cast(null as text) as orphan_reason,
    cast(null as text) as row_key,
    cast(null as text) as source_file_id,
    cast(null as bigint) as source_row,
    {{ batch_columns() }}
where 1 = 0
