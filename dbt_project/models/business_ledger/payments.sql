-- Grain: one row per payment (AC82), the version current in this batch.
select
    cast(null as text) as payment_id,
    cast(null as text) as entitlement_id,
    cast(null as text) as person_id,
    cast(null as text) as scheme,
    cast(null as text) as kind,
    cast(null as text) as booked_month,
    cast(null as text) as for_month,
    cast(null as numeric(18,2)) as payment_amount,
    cast(null as text) as account_no,
    cast(null as text) as channel,
    cast(null as text) as result,
    cast(null as boolean) as is_paid,
    cast(null as text) as return_reason,
    cast(null as date) as handled_on,
    cast(null as text) as division,
    cast(null as text) as orphan_reason,
    cast(null as text) as row_key,
    cast(null as text) as source_file_id,
    cast(null as bigint) as source_row,
    {{ batch_columns() }}
where 1 = 0
