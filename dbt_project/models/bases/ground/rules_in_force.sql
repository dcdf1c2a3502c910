-- Grain: one row per division, scheme, kind of unit (empty: flexible persons, or a kind nobody
-- wrote) and wage year that has a row of base_rules.csv: the one that counts.
with years as (
    select
        division,
        scheme,
        wage_year
    from {{ ref('base_years') }}
    group by division, scheme, wage_year
),

kinds as (
    select coalesce(unit_kind, '') as unit_kind from {{ ref('units') }}
    group by coalesce(unit_kind, '')
    union distinct
    select '' as unit_kind
),

asked as (
    select
        years.division,
        years.scheme,
        kinds.unit_kind,
        years.wage_year,
        cast(years.wage_year as integer) as wage_year_number
    from years
    cross join kinds
),

ranked as (
    select
        asked.division,
        asked.scheme,
        asked.unit_kind,
        asked.wage_year,
        rules.unit_method,
        rules.provisional,
        rules.trueup_months,
        rules.declare_by,
        rules.rounding,
        {{ nearest_first(
            ['asked.division', 'asked.scheme', 'asked.unit_kind', 'asked.wage_year'],
            'rules', ['scheme', 'unit_kind']
        ) }} as place
    from asked
    inner join {{ ref('lookup_places') }} as places on asked.division = places.division
    inner join {{ ref('stg_site__base_rules') }} as rules
        on
            places.place = coalesce(rules.division, '')
            and asked.scheme = coalesce(rules.scheme, asked.scheme)
            and asked.unit_kind = coalesce(rules.unit_kind, asked.unit_kind)
            and asked.wage_year_number >= coalesce(rules.valid_from, asked.wage_year_number)
            and asked.wage_year_number <= coalesce(rules.valid_to, asked.wage_year_number)
),

-- A rule that lacks what it must say is none.
final as (
    select
        division,
        scheme,
        unit_kind,
        wage_year,
        case when unit_method in ('higher', 'sum', 'bill') then unit_method end as unit_method,
        provisional,
        trueup_months,
        declare_by,
        rounding
    from ranked
    where
        place = 1
        and trueup_months is not null
        and rounding > 0
)

select * from final
