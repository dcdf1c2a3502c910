-- Grain: one row per unit, scheme, base year and landed row its expected base rests on: the
-- declaration, the employees' bases of the month it is judged by, the application it follows.
with declared as (
    select
        bases.unit_id,
        bases.scheme,
        bases.wage_year,
        'base_declaration' as landed_table,
        declared.unit_id || '|' || declared.wage_year as row_key,
        declared.source_file_id,
        declared.source_row
    from {{ ref('unit_bases') }} as bases
    inner join {{ ref('stg_declaration__unit') }} as declared
        on
            bases.unit_id = declared.unit_id
            and bases.wage_year = declared.wage_year
),

judged as (
    select
        bases.unit_id,
        bases.scheme,
        bases.wage_year,
        'AC43' as landed_table,
        contributions.row_key,
        contributions.source_file_id,
        contributions.source_row
    from {{ ref('unit_bases') }} as bases
    inner join {{ ref('regular_contributions') }} as contributions
        on
            bases.unit_id = contributions.unit_key
            and bases.scheme = contributions.scheme
            and bases.judged_month = contributions.for_month
    where contributions.identity = '11'
),

applied as (
    select
        bases.unit_id,
        bases.scheme,
        bases.wage_year,
        'base_application' as landed_table,
        applications.application_no as row_key,
        applications.source_file_id,
        applications.source_row
    from {{ ref('unit_bases') }} as bases
    inner join {{ ref('approved_applications') }} as applications
        on
            bases.unit_id = applications.unit_id
            and applications.person_key = ''
            and bases.scheme = applications.scheme
            and bases.wage_year = applications.wage_year
            and bases.judged_month >= applications.effective_month
    where
        applications.new_base_amount is not null
        and bases.base_method = 'dual'
)

select * from declared
union all
select * from judged
union all
select * from applied
