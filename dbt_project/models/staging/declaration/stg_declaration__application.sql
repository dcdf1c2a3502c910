-- Grain: one row per application number, as the file of the latest
-- month and sequence has it, then of the larger division.
with landed as (
    select * from {{ counting_rows('declaration', 'application') }} as counting
),

cleaned as (
    select
        {{ clean_code('application_no') }} as application_no,
        {{ clean_code('unit_id') }} as unit_id,
        {{ clean_code('id_number') }} as id_number,
        upper({{ clean_code('id_number') }}) as upper_number,
        {{ clean_code('scheme') }} as scheme,
        {{ clean_code('wage_year') }} as wage_year,
        {{ clean_code('kind') }} as kind,
        {{ as_date(trimmed('applied_on')) }} as applied_on,
        {{ as_month(trimmed('effective_month')) }} as effective_month,
        {{ as_amount(trimmed('new_base')) }} as new_base,
        {{ clean_code('decision') }} as decision,
        {{ as_date(trimmed('decided_on')) }} as decided_on,
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
    from
        {{ latest_rows_with_scheme(
            'cleaned', key='application_no', schemes=ref('stg_declaration__scheme')
        ) }} as latest_rows
),

final as (
    select
        latest.application_no,
        latest.unit_id,
        latest.id_number,
        coalesce(
            {{ identity_number_18('latest.upper_number') }}, latest.upper_number
        ) as identity_key,
        latest.standard_scheme as scheme,
        latest.scheme is null as is_for_all_schemes,
        latest.wage_year,
        latest.kind,
        latest.applied_on,
        latest.effective_month,
        latest.new_base,                -- yuan
        latest.decision,
        latest.decided_on,
        latest.division,
        latest.file_month,
        latest.file_sequence,
        latest.source_file_id,
        latest.source_row
    from latest
)

select * from final
