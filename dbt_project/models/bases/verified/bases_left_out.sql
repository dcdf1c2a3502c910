-- Grain: one row per month and landed row that no base is verified from, with the reason: a
-- declared unit or person nobody knows, an application for a scheme that is not mapped, no base
-- year, an employee without a unit.
{{ config(
    materialized='incremental',
    unlogged=false,
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    pre_hook="{{ forget_affected('unit_id is not null') }}",
) }}
-- depends_on: {{ ref('affected_subjects') }}

{% set declarations = [
    ('stg_declaration__unit', 'unit', 'null', 'wage_year', 'true'),
    ('stg_declaration__person', 'person', 'identity_key', 'wage_year', 'true'),
    ('stg_declaration__document', 'document', 'null', 'document_code', 'true'),
    (
        'stg_declaration__application', 'application', 'identity_key', 'application_no',
        'is_for_all_schemes or scheme is not null',
    ),
] %}

with declared as (
    {% for model, table, number, rest, is_mapped in declarations %}
    select
        '{{ table }}' as landed_table,
        unit_id || '|' || {{ rest }} as row_key,
        unit_id,
        cast({{ number }} as {{ dbt.type_string() }}) as identity_key,
        {{ is_mapped }} as is_mapped,
        source_file_id,
        source_row
    from {{ ref(model) }}
    where {{ unit_is_affected('unit_id') }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

employers as (
    select * from {{ current_ledger('employers') }} as current_rows
),

numbers as (
    select
        contributions.unit_key as unit_id,
        coalesce(persons.identity_number_18, upper(persons.identity_number)) as identity_key
    from {{ current_ledger('persons') }} as persons
    inner join {{ ref('regular_contributions') }} as contributions
        on persons.person_id = contributions.person_id
    where contributions.identity = '11'
    group by
        contributions.unit_key,
        coalesce(persons.identity_number_18, upper(persons.identity_number))
),

-- A declaration that no base can follow.
undirected as (
    select
        case
            when employers.employer_id is null then 'unknown_unit'
            when declared.identity_key is not null and numbers.identity_key is null
                then 'person_without_rows'
            else 'unknown_scheme'
        end as reason,
        declared.landed_table,
        declared.row_key,
        declared.unit_id,
        cast(null as {{ dbt.type_string() }}) as person_id,
        cast(null as {{ dbt.type_string() }}) as scheme,
        declared.source_file_id,
        declared.source_row
    from declared
    left join employers on declared.unit_id = employers.employer_id
    left join numbers
        on
            declared.unit_id = numbers.unit_id
            and declared.identity_key = numbers.identity_key
    where
        employers.employer_id is null
        or (declared.identity_key is not null and numbers.identity_key is null)
        or not declared.is_mapped
),

unassigned as (
    select
        *,
        row_number() over (partition by person_id, scheme order by for_month desc) as place
    from {{ current_ledger('contributions') }} as current_rows
    where
        kind = '10'
        and enrolment_identity = '11'
        and employer_id is null
        and for_month <= {{ this_month() }}
        and for_month >= {{ month_plus(-11) }}
        and scheme in (select schemes.scheme from {{ ref('verified_schemes') }} as schemes)
        and {{ person_is_affected('person_id') }}
),

united as (
    select * from undirected
    union all
    select
        'no_limits' as reason,
        landed_table,
        row_key,
        unit_id,
        person_id,
        scheme,
        source_file_id,
        source_row
    from {{ ref('subjects_without_years') }}
    union all
    select
        'employee_without_unit' as reason,
        'AC43' as landed_table,
        row_key,
        cast(null as {{ dbt.type_string() }}) as unit_id,
        person_id,
        scheme,
        source_file_id,
        source_row
    from unassigned
    where place = 1
)

select
    {{ this_month() }} as month,
    reason,
    landed_table,
    row_key,
    unit_id,
    person_id,
    scheme,
    source_file_id,
    source_row
from united
