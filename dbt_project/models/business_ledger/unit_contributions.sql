-- Grain: one row per employer, scheme and month paid for (AB07), the version current in this batch.
select
    cast(null as text) as employer_id,
    cast(null as text) as scheme,
    cast(null as text) as for_month,
    cast(null as text) as booked_month,
    cast(null as integer) as person_count,
    cast(null as numeric(18,2)) as unit_base_amount,
    cast(null as numeric(18,2)) as due_amount,
    cast(null as numeric(18,2)) as paid_amount,
    cast(null as numeric(18,2)) as received_amount,
    cast(null as boolean) as has_arrived,
    cast(null as date) as arrived_on,
    cast(null as date) as handled_on,
    cast(null as text) as division,
    cast(null as text) as orphan_reason,
    cast(null as text) as row_key,
    cast(null as text) as source_file_id,
    cast(null as bigint) as source_row,
    {{ batch_columns() }}
where 1 = 0
