-- Grain: one row per division, scheme, identity, risk class (empty: none) and month of the last
-- four years that has a rate.
with subjects as (
    select
        contributions.division,
        contributions.scheme,
        contributions.identity,
        coalesce(units.risk_class, '') as risk_class
    from {{ ref('regular_contributions') }} as contributions
    left join {{ ref('units') }} as units
        on
            contributions.unit_key = units.unit_id
            and contributions.scheme = units.scheme
    union distinct
    select
        division,
        scheme,
        '11' as identity,
        coalesce(risk_class, '') as risk_class
    from {{ ref('units') }}
    where division is not null
),

-- Every month: a flexible person's rows of another division are judged where the last one is.
asked as (
    select
        subjects.division,
        subjects.scheme,
        subjects.identity,
        subjects.risk_class,
        months.for_month
    from subjects
    cross join {{ months_back(47) }} as months
),

ranked as (
    select
        asked.division,
        asked.scheme,
        asked.identity,
        asked.risk_class,
        asked.for_month,
        rates.employer_rate,
        rates.person_rate,
        {{ nearest_first(
            [
                'asked.division', 'asked.scheme', 'asked.identity', 'asked.risk_class',
                'asked.for_month'
            ],
            'rates', ['scheme', 'identity', 'risk_class']
        ) }} as place
    from asked
    inner join {{ ref('lookup_places') }} as places on asked.division = places.division
    inner join {{ ref('stg_site__contribution_rates') }} as rates
        on
            places.place = coalesce(rates.division, '')
            and asked.scheme = coalesce(rates.scheme, asked.scheme)
            and asked.identity = coalesce(rates.identity, asked.identity)
            and asked.risk_class = coalesce(rates.risk_class, asked.risk_class)
            and asked.for_month >= coalesce(rates.valid_from, asked.for_month)
            and asked.for_month <= coalesce(rates.valid_to, asked.for_month)
)

select
    division,
    scheme,
    identity,
    risk_class,
    for_month,
    employer_rate,
    person_rate
from ranked
where place = 1
