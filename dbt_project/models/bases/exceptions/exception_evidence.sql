-- Grain: one row per exception and landed row that speaks for it.
with wrong as (
    select
        exception_id,
        scheme,
        wage_year,
        coalesce(unit_id, '') as unit_key,
        coalesce(person_id, '') as person_key
    from {{ ref('exception_months') }}
    where
        exception in (
            'unit_base_low', 'unit_base_high', 'personal_base_low', 'personal_base_high',
            'provisional_wrong', 'not_trued_up', 'dual_base_broken'
        )
    group by
        exception_id, scheme, wage_year, coalesce(unit_id, ''), coalesce(person_id, '')
),

grounds as (
    select
        wrong.exception_id,
        grounds.landed_table,
        grounds.row_key,
        grounds.source_file_id,
        grounds.source_row
    from wrong
    inner join {{ ref('unit_grounds') }} as grounds
        on
            wrong.unit_key = grounds.unit_id
            and wrong.scheme = grounds.scheme
            and wrong.wage_year = grounds.wage_year
    where wrong.person_key = ''
    union all
    select
        wrong.exception_id,
        grounds.landed_table,
        grounds.row_key,
        grounds.source_file_id,
        grounds.source_row
    from wrong
    inner join {{ ref('person_grounds') }} as grounds
        on
            wrong.unit_key = grounds.unit_key
            and wrong.person_key = grounds.person_id
            and wrong.scheme = grounds.scheme
            and wrong.wage_year = grounds.wage_year
),

final as (
    select * from grounds
    union distinct
    select * from {{ ref('month_evidence') }}
    union distinct
    select * from {{ ref('change_evidence') }}
    union distinct
    select * from {{ ref('declaration_evidence') }}
)

select
    exception_id,
    landed_table,
    row_key,
    source_file_id,
    source_row
from final
