-- Grain: one row per current row of AC43. Its key is one contribution of a person;
-- rows that another version of their key keeps out are marked.
with landed as (
    select *
    from {{ landed_rows(
        'ac43',
        codes=['aaz223', 'aac001', 'aab001', 'aae140', 'aaa115', 'aae078'],
        months=['aae002', 'aae003', 'aae041', 'aae042'],
        dates=['aab191'],
        amounts=['aac040', 'aae180', 'aae020', 'aae022', 'aae080', 'aae082'],
    ) }} as landed
),

typed as (
    select
        landed.aaz223 as contribution_id,
        landed.aac001 as person_id,
        landed.aab001 as employer_id,
        schemes.code as scheme,
        landed.aae002 as booked_month,
        landed.aae003 as for_month,
        landed.aae041 as covered_from_month,
        landed.aae042 as covered_to_month,
        kinds.code as kind,
        landed.aac040 as declared_wage_amount,
        landed.aae180 as base_amount,
        landed.aae020 as due_employer_amount,
        landed.aae022 as due_person_amount,
        landed.aae080 as paid_employer_amount,
        landed.aae082 as paid_person_amount,
        coalesce(arrivals.code = '1', false) as has_arrived,
        landed.aab191 as arrived_on,
        landed.handled_on,
        {{ row_key(['landed.aaz223']) }} as row_key,
        landed.written_key,
        landed.handled_digits,
        landed.source_file_id,
        landed.source_row
    from landed
    {{ join_code('schemes', 'aae140') }}
    {{ join_code('kinds', 'aaa115') }}
    {{ join_code('arrivals', 'aae078') }}
),

versions as (
    select *
    from {{ versions_of_keys('typed') }} as versions
),

final as (
    select
        contribution_id,
        person_id,
        employer_id,
        scheme,
        booked_month,
        for_month,
        covered_from_month,
        covered_to_month,
        kind,
        declared_wage_amount,
        base_amount,
        due_employer_amount,
        due_person_amount,
        paid_employer_amount,
        paid_person_amount,
        has_arrived,
        arrived_on,
        handled_on,
        row_key,
        source_file_id,
        source_row,
        is_superseded
    from versions
)

select * from final
