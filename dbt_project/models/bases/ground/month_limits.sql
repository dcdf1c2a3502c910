-- Grain: one row per division, scheme, identity and month of the last four years that has limits:
-- floor and cap, last year's, and the average wage they rest on.
with used as (
    select
        division,
        scheme,
        identity
    from {{ ref('regular_contributions') }}
    group by division, scheme, identity
    union distinct
    select
        division,
        scheme,
        '11' as identity
    from {{ ref('units') }}
    where division is not null
),

in_use as (
    select
        used.division,
        used.scheme,
        used.identity,
        months.for_month
    from used
    cross join {{ months_back(47) }} as months
),

{{ limits_of_months('in_use', places=ref('lookup_places')) }}

select
    division,
    scheme,
    identity,
    for_month,
    cast(wage_year as {{ dbt.type_string() }}) as wage_year,
    wage_kind,
    limits_from,
    limits_to,
    has_wage_row,
    monthly_wage,
    published_month,
    round(floor_amount, 2) as floor_amount,
    round(cap_amount, 2) as cap_amount,
    round(last_floor_amount, 2) as last_floor_amount,
    round(last_cap_amount, 2) as last_cap_amount
from limits_of_months
where wage_year is not null
