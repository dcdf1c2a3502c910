-- Grain: one row per current row of AC02. Its key is one enrolment;
-- rows that another version of their key keeps out are marked.
with landed as (
    select *
    from {{ landed_rows(
        'ac02',
        codes=['aaz159', 'aac001', 'aae140', 'aab001', 'aac008', 'aac066', 'aab301'],
        months=['aac049'],
        dates=['aac030'],
    ) }} as landed
),

typed as (
    select
        landed.aaz159 as enrolment_id,
        landed.aac001 as person_id,
        schemes.code as scheme,
        landed.aab001 as employer_id,
        statuses.code as status,
        identities.code as enrolment_identity,
        landed.aac030 as enrolled_on,
        landed.aac049 as first_insured_month,
        landed.aab301 as written_division,
        divisions.division,
        landed.handled_on,
        {{ row_key(['landed.aaz159']) }} as row_key,
        landed.written_key,
        landed.handled_digits,
        landed.source_file_id,
        landed.source_row
    from landed
    {{ join_code('schemes', 'aae140') }}
    {{ join_code('statuses', 'aac008') }}
    {{ join_code('identities', 'aac066') }}
    {{ join_division() }}
),

versions as (
    select *
    from {{ versions_of_keys('typed') }} as versions
),

final as (
    select
        enrolment_id,
        person_id,
        scheme,
        employer_id,
        status,
        enrolment_identity,
        enrolled_on,
        first_insured_month,
        written_division,
        division,
        handled_on,
        row_key,
        source_file_id,
        source_row,
        is_superseded
    from versions
)

select * from final
