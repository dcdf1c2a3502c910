-- Grain: one row per division, scheme, kind of unit and first month of a base year: the month its
-- bases are settled in (null: nobody knows yet).
select
    years.division,
    years.scheme,
    rules.unit_kind,
    years.first_month,
    max({{ months_after('years.published_month', 'rules.trueup_months') }}) as settling_month
from {{ ref('base_years') }} as years
inner join {{ ref('rules_in_force') }} as rules
    on
        years.division = rules.division
        and years.scheme = rules.scheme
        and years.wage_year = rules.wage_year
where years.identity = '11'
group by years.division, years.scheme, rules.unit_kind, years.first_month
