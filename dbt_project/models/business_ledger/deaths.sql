-- Grain: one row per person the agency knows to be dead (AC01), the version current in this batch.
select
    cast(null as text) as person_id,
    cast(null as text) as identity_number_18,
    cast(null as date) as death_on,
    cast(null as text) as survival,
    cast(null as text) as division,
    cast(null as text) as orphan_reason,
    cast(null as text) as row_key,
    cast(null as text) as source_file_id,
    cast(null as bigint) as source_row,
    {{ batch_columns() }}
where 1 = 0
