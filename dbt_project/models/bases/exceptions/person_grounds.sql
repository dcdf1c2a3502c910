-- Grain: one row per person, unit, scheme, base year and landed row the expected base rests on: the
-- declared or first wage, the row it is judged by, the application it follows.
with declared as (
    select
        bases.person_id,
        bases.unit_key,
        bases.scheme,
        bases.wage_year,
        'base_person' as landed_table,
        declared.unit_id || '|' || declared.identity_key || '|' || declared.wage_year as row_key,
        declared.source_file_id,
        declared.source_row
    from {{ ref('person_bases') }} as bases
    inner join {{ ref('declared_persons') }} as declared
        on
            bases.unit_key = declared.unit_id
            and bases.person_id = declared.person_id
            and bases.wage_year = declared.wage_year
),

first_rows as (
    select
        *,
        row_number() over (
            partition by person_id, unit_key, scheme, wage_year order by for_month
        ) as place
    from {{ ref('person_months') }}
),

judged as (
    select
        bases.person_id,
        bases.unit_key,
        bases.scheme,
        bases.wage_year,
        'AC43' as landed_table,
        first_rows.row_key,
        first_rows.source_file_id,
        first_rows.source_row
    from {{ ref('person_bases') }} as bases
    inner join first_rows
        on
            {{ same_person_year('bases', 'first_rows') }}
    where
        first_rows.for_month = bases.judged_month
        or (first_rows.place = 1 and bases.wage_source = 'joined')
),

applied as (
    select
        bases.person_id,
        bases.unit_key,
        bases.scheme,
        bases.wage_year,
        'base_application' as landed_table,
        applications.application_no as row_key,
        applications.source_file_id,
        applications.source_row
    from {{ ref('person_bases') }} as bases
    inner join {{ ref('approved_applications') }} as applications
        on
            bases.unit_key = applications.unit_id
            and bases.person_id = applications.person_key
            and bases.scheme = applications.scheme
            and bases.wage_year = applications.wage_year
            and bases.judged_month >= applications.effective_month
    where applications.new_base_amount is not null
)

select * from declared
union all
select * from judged
union all
select * from applied
