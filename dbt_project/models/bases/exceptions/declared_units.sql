-- Grain: one row per unit and wage year of a base year read, in whatever scheme: whether employees
-- contributed in it.
select
    bases.unit_id,
    bases.wage_year,
    max(bases.division) as division,
    max(bases.unit_kind) as unit_kind,
    max(case when bases.has_employees then 1 else 0 end) = 1 as has_employees
from {{ ref('unit_bases') }} as bases
group by bases.unit_id, bases.wage_year
