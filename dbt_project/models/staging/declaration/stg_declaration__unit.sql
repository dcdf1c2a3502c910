-- Grain: one row per unit and wage year, as the file of the latest
-- month and sequence has it, then of the larger division.
with landed as (
    select * from {{ counting_rows('declaration', 'unit') }} as counting
),

cleaned as (
    select
        {{ clean_code('unit_id') }} as unit_id,
        {{ clean_code('credit_code') }} as credit_code,
        {{ clean_code('wage_year') }} as wage_year,
        {{ as_count(clean_code('months')) }} as month_count,
        {{ clean_code('employees') }} as employees,
        {{ as_amount(trimmed('wage_bill')) }} as wage_bill,
        {{ as_date(trimmed('declared_on')) }} as declared_on,
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
    from {{ latest_rows('cleaned', key='unit_id, wage_year', last_line=true) }} as latest_rows
),

final as (
    select
        latest.unit_id,
        latest.credit_code,
        latest.wage_year,
        latest.month_count,
        latest.employees,
        latest.wage_bill,
        latest.declared_on,
        latest.division,
        latest.file_month,
        latest.file_sequence,
        latest.source_file_id,
        latest.source_row
    from latest
)

select * from final
