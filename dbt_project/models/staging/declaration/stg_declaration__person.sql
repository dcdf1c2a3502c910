-- Grain: one row per unit, person (by number) and wage year, as the file of the latest
-- month and sequence has it, then of the larger division.
with landed as (
    select * from {{ counting_rows('declaration', 'person') }} as counting
),

cleaned as (
    select
        {{ clean_code('unit_id') }} as unit_id,
        {{ clean_code('id_number') }} as id_number,
        upper({{ clean_code('id_number') }}) as upper_number,
        {{ clean_text('name') }} as person_name,
        {{ clean_code('wage_year') }} as wage_year,
        {{ as_count(clean_code('months')) }} as month_count,
        {{ as_amount(trimmed('wage_total')) }} as wage_total,
        {{ clean_code('status') }} as status,
        {{ clean_code('proof_no') }} as proof_no,
        {{ clean_code('division') }} as division,
        file_month,
        file_sequence,
        file_division,
        _file_id as source_file_id,
        _row as source_row
    from landed
    {{ computed_once() }}
),

identified as (
    select
        *,
        coalesce(
            {{ identity_number_18('upper_number') }}, upper_number
        ) as identity_key
    from cleaned
    {{ computed_once() }}
),

latest as (
    select *
    from {{ latest_rows('identified', key='unit_id, identity_key, wage_year', last_line=true) }}
        as latest_rows
),

final as (
    select
        latest.unit_id,
        latest.id_number,
        latest.identity_key,
        latest.person_name,
        latest.wage_year,
        latest.month_count,
        latest.wage_total,
        latest.status,
        latest.proof_no,
        latest.division,
        latest.file_month,
        latest.file_sequence,
        latest.source_file_id,
        latest.source_row
    from latest
)

select * from final
