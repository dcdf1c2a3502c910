-- Grain: one row per enrolment (AC02), the version current in this batch.
select
    cast(null as text) as enrolment_id,
    cast(null as text) as person_id,
    cast(null as text) as scheme,
    cast(null as text) as employer_id,
    cast(null as text) as status,
    cast(null as text) as enrolment_identity,
    cast(null as date) as enrolled_on,
    cast(null as text) as first_insured_month,
    cast(null as date) as handled_on,
    cast(null as text) as division,
    cast(null as text) as orphan_reason,
    cast(null as text) as row_key,
    cast(null as text) as source_file_id,
    cast(null as bigint) as source_row,
    {{ batch_columns() }}
where 1 = 0
