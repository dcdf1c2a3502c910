-- Grain: one row per current row of AC01. Its key is one person id;
-- rows that another version of their key keeps out are marked.
with landed as (
    select *
    from {{ landed_rows(
        'ac01',
        codes=['aac001', 'aac002', 'aac004', 'aac009', 'aac013', 'aac058', 'aac060', 'aab301'],
        names=['aac003'],
        dates=['aac006', 'aac007', 'aae138'],
    ) }} as landed
),

typed as (
    select
        landed.aac001 as person_id,
        upper(landed.aac002) as identity_number,
        landed.aac003 as person_name,
        sexes.code as sex,
        landed.aac006 as birth_on,
        landed.aac007 as first_work_on,
        {{ open_code('household_types', 'aac009') }} as household_type,
        personal_statuses.code as personal_status,
        {{ open_code('identity_types', 'aac058') }} as identity_type,
        survivals.code as survival,
        landed.aae138 as death_on,
        landed.aab301 as written_division,
        divisions.division,
        landed.handled_on,
        {{ row_key(['landed.aac001']) }} as row_key,
        landed.written_key,
        landed.handled_digits,
        landed.source_file_id,
        landed.source_row
    from landed
    {{ join_code('sexes', 'aac004') }}
    {{ join_code('household_types', 'aac009') }}
    {{ join_code('personal_statuses', 'aac013') }}
    {{ join_code('identity_types', 'aac058') }}
    {{ join_code('survivals', 'aac060') }}
    {{ join_division() }}
),

versions as (
    select *
    from {{ versions_of_keys('typed') }} as versions
),

final as (
    select
        person_id,
        identity_number,
        person_name,
        sex,
        birth_on,
        first_work_on,
        household_type,
        personal_status,
        identity_type,
        survival,
        death_on,
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
