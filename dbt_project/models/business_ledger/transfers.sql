-- Grain: one row per person, scheme, direction and month (YC02), the version current in this batch.
select
    cast(null as text) as person_id,
    cast(null as text) as scheme,
    cast(null as text) as direction,
    cast(null as text) as for_month,
    cast(null as text) as other_division,
    cast(null as numeric(18,2)) as transfer_amount,
    cast(null as text) as division,
    cast(null as text) as orphan_reason,
    cast(null as text) as row_key,
    cast(null as text) as source_file_id,
    cast(null as bigint) as source_row,
    {{ batch_columns() }}
where 1 = 0
