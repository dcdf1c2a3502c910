-- Grain: one row per person and scheme (AC50), the version current in this batch.
select
    cast(null as text) as person_id,
    cast(null as text) as scheme,
    cast(null as numeric(18,2)) as balance_amount,
    cast(null as integer) as paid_months_count,
    cast(null as date) as handled_on,
    cast(null as text) as division,
    cast(null as text) as orphan_reason,
    cast(null as text) as row_key,
    cast(null as text) as source_file_id,
    cast(null as bigint) as source_row,
    {{ batch_columns() }}
where 1 = 0
