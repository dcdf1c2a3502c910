-- Grain: one row per unit with employees, wage year and document of base_documents.csv it owes,
-- with the day it is due; received_on is the day it came, null while it has not.
with units as (
    select
        unit_id,
        wage_year,
        division,
        coalesce(unit_kind, '') as unit_kind,
        cast(wage_year as integer) as wage_year_number
    from {{ ref('declared_units') }}
    where has_employees
),

kinds as (
    select
        division,
        unit_kind,
        wage_year,
        wage_year_number
    from units
    group by division, unit_kind, wage_year, wage_year_number
),

ranked as (
    select
        kinds.division,
        kinds.unit_kind,
        kinds.wage_year,
        documents.document_code,
        documents.name_zh,
        documents.name_en,
        documents.due,
        {{ nearest_first(
            ['kinds.division', 'kinds.unit_kind', 'kinds.wage_year', 'documents.document_code'],
            'documents', ['unit_kind']
        ) }} as place
    from kinds
    inner join {{ ref('lookup_places') }} as places on kinds.division = places.division
    inner join {{ ref('stg_site__base_documents') }} as documents
        on
            places.place = coalesce(documents.division, '')
            and kinds.unit_kind = coalesce(documents.unit_kind, kinds.unit_kind)
            and kinds.wage_year_number >= coalesce(documents.valid_from, kinds.wage_year_number)
            and kinds.wage_year_number <= coalesce(documents.valid_to, kinds.wage_year_number)
    where documents.document_code is not null
),

final as (
    select
        units.unit_id,
        units.division,
        units.wage_year,
        ranked.document_code,
        ranked.name_zh,
        ranked.name_en,
        {{ day_after_wage_year('units.wage_year', 'ranked.due') }} as due_on,
        case
            when received.received_on <= {{ as_of_day() }} then received.received_on
        end as received_on
    from units
    inner join ranked
        on
            units.division = ranked.division
            and units.unit_kind = ranked.unit_kind
            and units.wage_year = ranked.wage_year
            and ranked.place = 1
    left join {{ ref('stg_declaration__document') }} as received
        on
            units.unit_id = received.unit_id
            and units.wage_year = received.wage_year
            and ranked.document_code = received.document_code
)

select * from final
