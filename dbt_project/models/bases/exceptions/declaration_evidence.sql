-- Grain: one row per exception about a declaration and landed row of it, and of the contributions
-- that show the unit owes one.
with wrong as (
    select
        exception_id,
        exception,
        scheme,
        wage_year,
        unit_id,
        person_id
    from {{ ref('exception_months') }}
    group by exception_id, exception, scheme, wage_year, unit_id, person_id
),

shown_schemes as (
    select
        unit_id,
        wage_year,
        min({{ by_code_point('scheme') }}) as scheme
    from {{ ref('unit_bases') }}
    where has_employees
    group by unit_id, wage_year
),

owing as (
    select
        wrong.exception_id,
        grounds.landed_table,
        grounds.row_key,
        grounds.source_file_id,
        grounds.source_row
    from wrong
    inner join shown_schemes
        on
            wrong.unit_id = shown_schemes.unit_id
            and wrong.wage_year = shown_schemes.wage_year
    inner join {{ ref('unit_grounds') }} as grounds
        on
            wrong.unit_id = grounds.unit_id
            and wrong.wage_year = grounds.wage_year
            and grounds.scheme = coalesce(wrong.scheme, shown_schemes.scheme)
    where
        wrong.exception in ('not_declared', 'document_missing')
        and grounds.landed_table = 'AC43'
),

bills as (
    select
        wrong.exception_id,
        'unit' as landed_table,
        declared.unit_id || '|' || declared.wage_year as row_key,
        declared.source_file_id,
        declared.source_row
    from wrong
    inner join {{ ref('stg_declaration__unit') }} as declared
        on
            wrong.unit_id = declared.unit_id
            and wrong.wage_year = declared.wage_year
    where wrong.exception in ('wage_bill_differs', 'insured_not_listed')
),

persons as (
    select
        wrong.exception_id,
        'person' as landed_table,
        declared.unit_id || '|' || declared.identity_key || '|' || declared.wage_year as row_key,
        declared.source_file_id,
        declared.source_row
    from wrong
    inner join {{ ref('stg_declaration__person') }} as declared
        on
            wrong.unit_id = declared.unit_id
            and wrong.wage_year = declared.wage_year
    left join {{ ref('declared_persons') }} as placed
        on
            declared.unit_id = placed.unit_id
            and declared.identity_key = placed.identity_key
            and declared.wage_year = placed.wage_year
            and wrong.person_id = placed.person_id
    where
        wrong.exception = 'wage_bill_differs'
        or (wrong.exception = 'excluded_but_insured' and placed.person_id is not null)
),

unproven as (
    select
        wrong.exception_id,
        'person' as landed_table,
        persons.unit_id || '|' || persons.person_id || '|' || persons.wage_year as row_key,
        persons.source_file_id,
        persons.source_row
    from wrong
    inner join {{ ref('unproven_persons') }} as persons
        on
            wrong.unit_id = persons.unit_id
            and wrong.person_id = persons.person_id
            and wrong.wage_year = persons.wage_year
    where wrong.exception = 'excluded_without_proof'
)

select * from owing
union all
select * from bills
union all
select * from persons
union all
select * from unproven
