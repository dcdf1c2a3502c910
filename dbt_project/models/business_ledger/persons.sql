-- Grain: one row per person id (AC01), the version current in this batch.
select
    cast(null as text) as person_id,
    cast(null as text) as identity_number,
    cast(null as text) as identity_number_18,
    cast(null as boolean) as is_identity_valid,
    cast(null as text) as person_name,
    cast(null as text) as sex,
    cast(null as date) as birth_on,
    cast(null as date) as first_work_on,
    cast(null as text) as household_type,
    cast(null as text) as personal_status,
    cast(null as text) as identity_type,
    cast(null as text) as survival,
    cast(null as date) as death_on,
    cast(null as date) as handled_on,
    cast(null as text) as division,
    cast(null as text) as orphan_reason,
    cast(null as text) as row_key,
    cast(null as text) as source_file_id,
    cast(null as bigint) as source_row,
    {{ batch_columns() }}
where 1 = 0
