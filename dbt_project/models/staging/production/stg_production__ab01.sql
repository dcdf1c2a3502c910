-- Grain: one row per current row of AB01. Its key is one employer;
-- rows that another version of their key keeps out are marked.
with landed as (
    select *
    from {{ landed_rows(
        'ab01',
        codes=['aab001', 'aab030', 'aab019', 'aab020', 'aab022', 'aaa149', 'aab301'],
        names=['aab004'],
    ) }} as landed
),

typed as (
    select
        landed.aab001 as employer_id,
        landed.aab004 as employer_name,
        landed.aab030 as tax_number,
        {{ open_code('employer_types', 'aab019') }} as employer_type,
        {{ open_code('economic_types', 'aab020') }} as economic_type,
        {{ open_code('industries', 'aab022') }} as industry,
        risk_classes.code as risk_class,
        landed.aab301 as written_division,
        divisions.division,
        landed.handled_on,
        {{ row_key(['landed.aab001']) }} as row_key,
        landed.written_key,
        landed.handled_digits,
        landed.source_file_id,
        landed.source_row
    from landed
    {{ join_code('employer_types', 'aab019') }}
    {{ join_code('economic_types', 'aab020') }}
    {{ join_code('industries', 'aab022') }}
    {{ join_code('risk_classes', 'aaa149') }}
    {{ join_division() }}
),

versions as (
    select *
    from {{ versions_of_keys('typed') }} as versions
),

final as (
    select
        employer_id,
        employer_name,
        tax_number,
        employer_type,
        economic_type,
        industry,
        risk_class,
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
