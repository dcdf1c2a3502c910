-- Grain: one row per person, scheme and first month of a claim by an impostor (YC01), the version current in this batch.
select
    cast(null as text) as person_id,
    cast(null as text) as scheme,
    cast(null as text) as from_month,
    cast(null as text) as to_month,
    cast(null as numeric(18,2)) as claim_amount,
    cast(null as numeric(18,2)) as recovered_amount,
    cast(null as text) as division,
    cast(null as text) as orphan_reason,
    cast(null as text) as row_key,
    cast(null as text) as source_file_id,
    cast(null as bigint) as source_row,
    {{ batch_columns() }}
where 1 = 0
