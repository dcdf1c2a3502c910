-- Grain: one row per current row of AC60. Its key is one entitlement;
-- rows that another version of their key keeps out are marked.
with landed as (
    select *
    from {{ landed_rows(
        'ac60',
        codes=['aaz257', 'aac001', 'aae140', 'aic161', 'aae116', 'aac063', 'aae010', 'aab301'],
        names=['aae009'],
        months=['aae210', 'aae211'],
        dates=['aic162'],
    ) }} as landed
),

typed as (
    select
        landed.aaz257 as entitlement_id,
        landed.aac001 as person_id,
        schemes.code as scheme,
        kinds.code as kind,
        landed.aic162 as entitled_on,
        landed.aae210 as first_month,
        landed.aae211 as last_month,
        statuses.code as status,
        dependants.code = '1' as is_dependant,
        landed.aae009 as account_holder,
        landed.aae010 as account_no,
        landed.aab301 as written_division,
        divisions.division,
        landed.handled_on,
        {{ row_key(['landed.aaz257']) }} as row_key,
        landed.written_key,
        landed.handled_digits,
        landed.source_file_id,
        landed.source_row
    from landed
    {{ join_code('schemes', 'aae140') }}
    {{ join_code('kinds', 'aic161') }}
    {{ join_code('statuses', 'aae116') }}
    {{ join_code('dependants', 'aac063') }}
    {{ join_division() }}
),

versions as (
    select *
    from {{ versions_of_keys('typed') }} as versions
),

final as (
    select
        entitlement_id,
        person_id,
        scheme,
        kind,
        entitled_on,
        first_month,
        last_month,
        status,
        is_dependant,
        account_holder,
        account_no,
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
