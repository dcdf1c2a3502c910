-- Grain: one row per unit, wage year and document, as the file of the latest
-- month and sequence has it, then of the larger division.
with landed as (
    select * from {{ counting_rows('declaration', 'document') }} as counting
),

cleaned as (
    select
        {{ clean_code('unit_id') }} as unit_id,
        {{ clean_code('wage_year') }} as wage_year,
        {{ clean_code('document') }} as document_code,
        {{ clean_code('document_no') }} as document_no,
        {{ as_date(trimmed('received_on')) }} as received_on,
        {{ clean_code('division') }} as division,
        file_month,
        file_sequence,
        file_division,
        _file_id as source_file_id,
        _row as source_row
    from landed
    {{ computed_once() }}
),

latest as (
    select *
    from {{ latest_rows('cleaned', key='unit_id, wage_year, document_code', last_line=true) }}
        as latest_rows
),

final as (
    select
        latest.unit_id,
        latest.wage_year,
        latest.document_code,
        latest.document_no,
        latest.received_on,
        latest.division,
        latest.file_month,
        latest.file_sequence,
        latest.source_file_id,
        latest.source_row
    from latest
)

select * from final
